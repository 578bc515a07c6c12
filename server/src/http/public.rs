//! Pages that are there for everybody do not need to know who asks, and a poll is nobody at work.

use app::routes::{SESSION_STATUS, is_public};
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use identity::{PassiveRequest, PublicRequest};

/// Notes which requests are answered although sessions cannot be read: those for pages on the public list. What is under
/// `/auth/` cannot do its work then, and says so, and so does what says how a session stands. That is asked over and over
/// while nobody touches anything, so it keeps no session alive.
pub async fn note(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == SESSION_STATUS {
        request.extensions_mut().insert(PassiveRequest);
        return next.run(request).await;
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && is_public(path) && !path.starts_with("/auth/") {
        request.extensions_mut().insert(PublicRequest);
    }
    next.run(request).await
}
