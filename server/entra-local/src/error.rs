//! Entra's shape of an error: an OAuth error code, an AADSTS number, and the ids that identify the request.

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::trace::Trace;

/// What one refusal says, before it is tied to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StsError {
    pub(crate) status: StatusCode,
    /// The OAuth error code.
    pub(crate) error: String,
    /// The AADSTS number.
    pub(crate) code: u32,
    pub(crate) suberror: Option<String>,
    /// A claims challenge: what the next request's `claims` must ask for.
    pub(crate) claims: Option<String>,
    pub(crate) message: String,
}

impl StsError {
    pub(crate) fn new(status: StatusCode, error: &str, code: u32, message: String) -> Self {
        Self { status, error: error.to_owned(), code, suberror: None, claims: None, message }
    }

    /// The members of a refusal that goes back to an application through the browser.
    pub(crate) fn fields(&self, trace: &Trace, base: &str) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("error", self.error.clone()),
            ("error_description", self.description(trace)),
            ("error_uri", self.uri(base)),
        ];
        fields.extend(self.suberror.iter().map(|suberror| ("suberror", suberror.clone())));
        fields.extend(self.claims.iter().map(|claims| ("claims", claims.clone())));
        fields
    }

    /// `AADSTS<number>: <sentence> Trace ID: … Correlation ID: … Timestamp: …`.
    pub(crate) fn description(&self, trace: &Trace) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.code,
            self.message,
            trace.id,
            trace.correlation_id,
            trace.timestamp()
        )
    }

    /// Where Entra explains the number. Meant for developers, not for users.
    pub(crate) fn uri(&self, base: &str) -> String {
        format!("{base}/error?code={}", self.code)
    }

    pub(crate) fn json(&self, trace: &Trace, base: &str) -> Response {
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(trace),
            "error_codes": [self.code],
            "timestamp": trace.timestamp(),
            "trace_id": trace.id,
            "correlation_id": trace.correlation_id,
            "error_uri": self.uri(base),
        });
        for (name, member) in [("suberror", &self.suberror), ("claims", &self.claims)] {
            if let Some(member) = member {
                body[name] = json!(member);
            }
        }
        uncached_json(self.status, trace, body)
    }
}

/// A JSON answer that must not be stored (RFC 6749 section 5.1), with Entra's request ids in the headers.
pub(crate) fn uncached_json(status: StatusCode, trace: &Trace, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    for (name, id) in [("client-request-id", trace.correlation_id), ("x-ms-request-id", trace.id)] {
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            headers.insert(name, value);
        }
    }
    response
}
