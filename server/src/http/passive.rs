//! Requests that pages send by themselves are no sign of a person at work: they do not keep a session alive.

use app::routes::{LIVE, SESSION_STATUS};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use identity::PassiveRequest;

/// The addresses that pages ask by themselves, now and then or for as long as they are open.
const BY_THEMSELVES: [&str; 3] = [LIVE, SESSION_STATUS, "/sfn/presence/present"];

/// Looking again because something has changed is no more than that.
const LOOKING_AGAIN: &str = "/sfn/live/";

/// Notes which requests those are.
pub async fn note(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if BY_THEMSELVES.contains(&path) || path.starts_with(LOOKING_AGAIN) {
        request.extensions_mut().insert(PassiveRequest);
    }
    next.run(request).await
}
