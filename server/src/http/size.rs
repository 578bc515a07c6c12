//! How much may be sent. Bodies are read here, so that whoever takes one need not ask again.

use app::AppError;
use app::forms::Typed;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use super::kind::{Kind, is_form, is_unsafe};
use super::refusal;
use crate::forms::pairs;
use crate::pages::Pages;

/// The longest summary in four-byte characters, percent-encoded, and room for the rest.
pub const LARGEST: usize = 512 * 1024;

/// The most that is taken under `/auth`: a token that ends sessions, and room for the rest.
const LARGEST_OF_SIGN_IN: usize = 64 * 1024;

/// What is read of a body that is too large: enough to give a text back that is some times too long, and to let a browser
/// that is still sending hear the answer.
const READ: usize = 4 * LARGEST;

/// The middleware: 413 (RFC 9110 section 15.5.14) for a body that is larger than anything Muster takes.
pub async fn limit(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    if !is_unsafe(request.method()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let sign_in = parts.uri.path().starts_with("/auth/");
    let (largest, read) = if sign_in { (LARGEST_OF_SIGN_IN, LARGEST_OF_SIGN_IN) } else { (LARGEST, READ) };
    match to_bytes(body, read).await {
        Ok(body) if body.len() <= largest => next.run(Request::from_parts(parts, Body::from(body))).await,
        read => match Kind::at(parts.uri.path(), &parts.headers) {
            Kind::Person => pages.too_large(typed(&parts.headers, &read.unwrap_or_default())),
            kind => refusal::error(kind, &AppError::TooLarge),
        },
    }
}

/// What somebody wrote into the form that this body is, if it is one.
pub async fn typed_in(request: Request) -> Vec<Typed> {
    let (parts, body) = request.into_parts();
    typed(&parts.headers, &to_bytes(body, READ).await.unwrap_or_default())
}

fn typed(headers: &HeaderMap, body: &[u8]) -> Vec<Typed> {
    if is_form(headers) { pairs(body).typed() } else { Vec::new() }
}
