//! The answer to a request that nobody handles, by the kind of request: a page for a person, a problem (RFC 9457) for a
//! program. Neither repeats anything of the request.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::kind::is_navigation;
use crate::pages::Pages;

/// A page with this sentence, or a problem with it as its detail.
pub fn answer(pages: &Pages, headers: &HeaderMap, status: StatusCode, sentence: &str) -> Response {
    if is_navigation(headers) { pages.refused(status, sentence) } else { problem(status, sentence) }
}

/// A problem without a type of its own: the status says it all (RFC 9457 section 4.2.1).
pub fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

const NOTHING: &str = "There is nothing at this address, or it is not open to you.";

/// There is nothing at the address, for a program.
pub fn not_found_problem() -> Response {
    problem(StatusCode::NOT_FOUND, NOTHING)
}

/// The middleware around everything that answers: gives the bare 404 and 405 of routers and file servers something to say.
/// `Allow` and other headers stay.
pub async fn explain(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let kind = kind_of(request.headers());
    let response = next.run(request).await;
    let bare = !response.headers().contains_key(header::CONTENT_TYPE);
    let explained = match response.status() {
        StatusCode::NOT_FOUND if bare => answer(&pages, &kind, StatusCode::NOT_FOUND, NOTHING),
        StatusCode::METHOD_NOT_ALLOWED if bare => {
            let sentence = "This address is there, but not for what was asked of it. Nothing was done.";
            answer(&pages, &kind, StatusCode::METHOD_NOT_ALLOWED, sentence)
        }
        _ => return response,
    };
    let mut parts = response.into_parts().0;
    let (words, body) = explained.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(words.headers);
    Response::from_parts(parts, body)
}

/// What tells a person from a program, kept past the request.
fn kind_of(headers: &HeaderMap) -> HeaderMap {
    let telling = headers.iter().filter(|(name, _)| **name == header::ACCEPT || **name == "sec-fetch-mode");
    telling.map(|(name, value)| (name.clone(), value.clone())).collect()
}
