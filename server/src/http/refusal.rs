//! The answer to a request that nobody handles, by the kind of request: a page for a person, a problem for a program, and
//! for the functions of pages what pages understand. None repeats anything of the request.

use app::AppError;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::kind::Kind;
use super::problem::Problem;
use crate::pages::{self, Pages};

/// A page with this sentence, or a problem with it as its detail and this word as its code.
pub fn answer(pages: &Pages, kind: Kind, status: StatusCode, code: &'static str, sentence: &str) -> Response {
    match kind {
        Kind::Person => pages.refused(status, sentence),
        Kind::Program | Kind::Function => Problem::new(status, code, sentence).into_response(),
    }
}

/// An error for whoever is no person.
pub fn error(kind: Kind, error: &AppError) -> Response {
    match kind {
        Kind::Function => pages::app_error(error),
        Kind::Person | Kind::Program => Problem::from(error).into_response(),
    }
}

const NOTHING: &str = "There is nothing at this address, or it is not open to you.";

/// The middleware around everything that answers: gives the bare 404 and 405 of routers and file servers something to say.
/// `Allow` and other headers stay.
pub async fn explain(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let kind = Kind::of(&request);
    let response = next.run(request).await;
    let bare = !response.headers().contains_key(header::CONTENT_TYPE);
    let explained = match response.status() {
        StatusCode::NOT_FOUND if bare => answer(&pages, kind, StatusCode::NOT_FOUND, "not_found", NOTHING),
        StatusCode::METHOD_NOT_ALLOWED if bare => {
            let sentence = "This address is there, but not for what was asked of it. Nothing was done.";
            answer(&pages, kind, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", sentence)
        }
        _ => return response,
    };
    let mut parts = response.into_parts().0;
    let (words, body) = explained.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(words.headers);
    parts.extensions.extend(words.extensions);
    Response::from_parts(parts, body)
}
