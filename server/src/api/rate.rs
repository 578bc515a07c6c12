//! How often one caller may ask, counted in shared state, so that all replicas count together: a person or an application
//! within an organisation, from wherever it asks.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use services::audit::Caller;

use crate::http::problem::Problem;
use crate::http::rate::Window;
use crate::state::AppState;

/// What the limit needs.
#[derive(Clone)]
pub struct CallerRate {
    most: u32,
    window: Arc<Window>,
}

impl CallerRate {
    /// The one of the settings.
    pub fn new(state: &AppState) -> Self {
        Self { most: state.api.rate, window: Arc::new(Window::new(state.shared.clone())) }
    }
}

/// The middleware: 429 (RFC 6585 section 4) for a caller that asks too often. Whoever cannot be counted is let through.
pub async fn limit(State(rate): State<CallerRate>, request: Request, next: Next) -> Response {
    let Some(actor) = request.extensions().get::<Caller>().map(|caller| &caller.actor) else {
        return next.run(request).await;
    };
    let counter = format!("rate:api:{}:{}", actor.tenant, actor.id);
    let Some(seconds) = rate.window.wait(&counter, rate.most, 1).await else {
        return next.run(request).await;
    };
    tracing::warn!("a caller of the API asked more often than MUSTER_RATE_API allows within a minute");
    let most = rate.most;
    let sentence = format!("This API takes {most} requests a minute of one caller. Wait, then go on.");
    let mut response = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", sentence).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
