//! A bug of ours in the middle of a request: the person gets a reference, the log gets the cause under it.

use std::any::Any;

use app::AppError;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::kind::Kind;
use super::refusal;
use crate::pages::{Pages, request_id};

/// What a panic said. Inside of this file only: it never leaves the server.
#[derive(Clone)]
struct Cause(String);

/// Lets no panic of `router` end a connection without an answer.
pub fn caught<S: Clone + Send + Sync + 'static>(router: Router<S>, pages: Pages) -> Router<S> {
    router.layer(CatchPanicLayer::custom(note)).layer(from_fn_with_state(pages, answer))
}

/// Whoever catches the panic does not know the request, so it hands the cause on.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `CatchPanicLayer` asks for")]
fn note(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref().cloned());
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Cause(text.unwrap_or_else(|| "a panic without words".to_owned())));
    response
}

/// The middleware around it: logs the cause under the request's id and answers by the kind of request.
async fn answer(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let kind = Kind::of(&request);
    let mut response = next.run(request).await;
    let Some(Cause(cause)) = response.extensions_mut().remove() else {
        return response;
    };
    let reference = id.as_ref().map(|id| id.0.clone()).unwrap_or_default();
    tracing::error!(request_id = reference, cause, "request {reference} panicked");
    match kind {
        Kind::Person => pages.internal(id.as_ref()),
        Kind::Program | Kind::Function => refusal::error(kind, &AppError::Internal { reference }),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use leptos::config::LeptosOptions;
    use tower::ServiceExt;

    use super::*;
    use crate::http::heard::Lines;
    use crate::http::request_log;

    async fn bug() -> &'static str {
        panic!("number {}", 7)
    }

    #[tokio::test]
    async fn the_cause_is_logged_under_the_reference() {
        let lines = Lines::default();
        let _logging = lines.listen();
        let pages = Pages::new(LeptosOptions::builder().output_name("muster").build(), false, false);
        let router: Router = caught(Router::new().route("/", get(bug)), pages).layer(from_fn(request_log::log));
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = response.headers()["x-request-id"].to_str().unwrap();
        let [line] = &lines.with("panicked")[..] else { panic!("one line") };
        assert!(line.contains(id) && line.contains("number 7"), "{line}");
    }
}
