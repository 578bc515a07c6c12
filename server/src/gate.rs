//! Nobody who is not signed in gets past here: no page is drawn and no server function runs for them. The answer goes by
//! the kind of request.

use app::AppError;
use app::routes::is_public;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use services::audit::Caller;

use crate::http::kind::Kind;
use crate::http::{refusal, size};
use crate::pages::Pages;

/// The middleware.
pub async fn gate(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    if is_public(request.uri().path()) || request.extensions().get::<Caller>().is_some() {
        return next.run(request).await;
    }
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let kind = Kind::of(&request);
    if kind != Kind::Person {
        return refusal::error(kind, &AppError::Unauthenticated);
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return redirect(&app::routes::sign_in(&here));
    }
    // The page a form is on has the address it posts to, so that is where sign-in should lead back to.
    pages.session_ended(&here, size::typed_in(request).await)
}

/// 302 with nothing in it.
fn redirect(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
