//! Pages that are there for everybody do not need to know who asks.

use app::routes::{SESSION_STATUS, is_public};
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use identity::PublicRequest;

/// Notes which requests are answered although sessions cannot be read: those for pages on the public list. What is under
/// `/auth/` cannot do its work then, and says so, and so does what says how a session stands.
pub async fn note(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && is_public(path) && !path.starts_with("/auth/") && path != SESSION_STATUS {
        request.extensions_mut().insert(PublicRequest);
    }
    next.run(request).await
}
