//! The response.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use serde_json::json;

use super::BearerRefusal;
use crate::web::no_store;

impl BearerRefusal {
    /// Puts status and headers on `response`, which keeps its content.
    pub(crate) fn sign(&self, mut response: Response) -> Response {
        *response.status_mut() = self.status;
        self.put_headers(response.headers_mut());
        response.extensions_mut().insert(self.clone());
        no_store(response)
    }

    fn put_headers(&self, headers: &mut HeaderMap) {
        if let Some(challenge) = self.www_authenticate() {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

impl IntoResponse for BearerRefusal {
    /// A problem (RFC 9457) without a type of its own. The refusal itself is in the response's extensions.
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail(),
            "code": self.code.as_str(),
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        self.sign((kind, body.to_string()).into_response())
    }
}
