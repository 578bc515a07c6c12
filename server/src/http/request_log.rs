//! One line for each request: method, path without its query, status, time. And the id that all its lines share.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use tracing::field::Empty;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of this request; in its extensions, its log lines, its answer and its audit lines.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The middleware. An id from outside is not believed: it would let a stranger choose what stands in the audit log.
pub async fn log(mut request: Request, next: Next) -> Response {
    #[expect(clippy::disallowed_methods, reason = "the id of a request decides nothing; tests need not know it")]
    let id = Uuid::now_v7().simple().to_string();
    let began = Instant::now();
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        id,
        http.request.method = Empty,
        http.route = Empty,
        http.response.status_code = Empty
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let elapsed_ms = began.elapsed().as_millis();
    span.in_scope(|| {
        if path.starts_with("/pkg/") || matches!(path.as_str(), "/healthz" | "/readyz") {
            tracing::debug!(%method, path, route, status, elapsed_ms, "answered");
        } else {
            tracing::info!(%method, path, route, status, elapsed_ms, "answered");
        }
    });
    // For traces only, by the names of OpenTelemetry's conventions: no line of the log comes after this.
    span.record("http.request.method", method.as_str());
    span.record("http.route", &route);
    span.record("http.response.status_code", status);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
