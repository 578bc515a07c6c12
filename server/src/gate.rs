//! Nobody who is not signed in gets past here: no page is drawn and no server function runs for them. The answer goes by
//! the kind of request.

use app::AppError;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use server_fn::error::FromServerFnError;
use services::audit::Caller;

use crate::forms::{LARGEST_FORM, pairs};
use crate::http::kind::{is_form, is_navigation};
use crate::pages::Pages;

/// What is there for everybody. A path that ends with `/` stands for all below it. Everything else is gated, paths that
/// do not exist included.
pub const PUBLIC: [&str; 7] = ["/", "/signed-out", "/auth/", "/pkg/", "/favicon.svg", "/healthz", "/readyz"];

/// Whether a path is on the list.
pub fn is_public(path: &str) -> bool {
    PUBLIC.iter().any(|public| match public.strip_suffix('/') {
        Some("") | None => path == *public,
        Some(_) => path.starts_with(public),
    })
}

/// The middleware.
pub async fn gate(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    if is_public(request.uri().path()) || request.extensions().get::<Caller>().is_some() {
        return next.run(request).await;
    }
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    if !is_navigation(request.headers()) {
        return unauthenticated();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return redirect(&app::routes::sign_in(&here));
    }
    // The page a form is on has the address it posts to, so that is where sign-in should lead back to.
    let typed = if is_form(request.headers()) {
        let body = to_bytes(request.into_body(), LARGEST_FORM).await.unwrap_or_default();
        pairs(&body).typed()
    } else {
        Vec::new()
    };
    pages.session_ended(&here, typed)
}

/// 302 with nothing in it.
fn redirect(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// For programs, and for pages that are hydrated: the error that server functions give, which pages understand.
fn unauthenticated() -> Response {
    let body = AppError::Unauthenticated.ser();
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::UNAUTHORIZED, kind, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn the_list_is_exact() {
        for path in ["/", "/signed-out", "/auth/callback", "/pkg/muster.1.js", "/healthz", "/readyz", "/favicon.svg"] {
            assert!(is_public(path), "{path}");
        }
        for path in ["/incidents", "//", "/signed-out/", "/authx", "/auth", "/pkg", "/sfn/list", "/api/x", "/healthz/x"]
        {
            assert!(!is_public(path), "{path}");
        }
    }
}
