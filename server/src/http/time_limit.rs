//! No request waits for ever: something that never answers must not keep a browser waiting until it gives up by itself.

use std::time::Duration;

use app::AppError;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::kind::{Kind, is_unsafe};
use super::refusal;
use crate::pages::Pages;

/// Longer than any request takes, waiting for a locked database and for a slow identity provider included.
pub const DEFAULT: Duration = Duration::from_secs(30);

/// What the limit needs.
#[derive(Clone)]
pub struct TimeLimit {
    /// From the request to the head of its answer. Bodies take as long as they take.
    pub limit: Duration,
    /// Draws the refusal.
    pub pages: Pages,
}

/// The middleware: 503 for a request that takes too long. The work on it ends.
pub async fn end(State(TimeLimit { limit, pages }): State<TimeLimit>, request: Request, next: Next) -> Response {
    let kind = Kind::of(&request);
    let uri = request.uri();
    // A form's address shows its page.
    let again = if is_unsafe(request.method()) { uri.path() } else { uri.path_and_query().map_or("/", |p| p.as_str()) };
    let again = again.to_owned();
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::error!("a request took longer than {} s and was given up", limit.as_secs());
    match kind {
        Kind::Person => pages.timed_out(&again),
        Kind::Program | Kind::Function => refusal::error(kind, &AppError::TimedOut),
    }
}
