//! `WWW-Authenticate` (RFC 6750 section 3; "Claims challenges, claims requests, and client capabilities").

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;

use super::{Asked, BearerCode, BearerRefusal};

impl BearerRefusal {
    /// The challenge that goes with the status; none where nothing is wrong with the token.
    #[must_use]
    pub fn www_authenticate(&self) -> Option<HeaderValue> {
        if self.code == BearerCode::TemporarilyUnavailable {
            return None;
        }
        let mut parameters = Vec::new();
        if let Some(Asked { authorization_uri, .. }) = &self.challenge {
            // The documentation has an empty realm in its examples, and a realm is where clients look first.
            parameters.push("realm=\"\"".to_owned());
            parameters.push(format!("authorization_uri={}", quoted(authorization_uri)));
        }
        if let Some(error) = self.code.error() {
            parameters.push(format!("error=\"{error}\""));
            parameters.push(format!("error_description={}", quoted(self.detail())));
        }
        if let Some(scope) = &self.scope {
            parameters.push(format!("scope={}", quoted(scope)));
        }
        if let Some(Asked { claims, .. }) = &self.challenge {
            parameters.push(format!("claims=\"{}\"", STANDARD.encode(claims.as_str())));
        }
        let separator = if parameters.is_empty() { "" } else { " " };
        HeaderValue::try_from(format!("Bearer{separator}{}", parameters.join(", "))).ok()
    }
}

/// A quoted string (RFC 9110 section 5.6.4).
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
