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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use http::{HeaderMap, header};

    use super::*;
    use crate::{
        error::{ClaimsChallenge, UpstreamError},
        validator::TokenError,
    };

    fn shown(refusal: &BearerRefusal) -> (u16, String) {
        let challenge = refusal.www_authenticate().map(|value| value.to_str().unwrap().to_owned());
        (refusal.status().as_u16(), challenge.unwrap_or_default())
    }

    #[test]
    fn each_refusal_says_what_the_standard_has_for_it() {
        let nothing = BearerRefusal::new(BearerCode::Unauthorized);
        assert_eq!(shown(&nothing), (401, "Bearer".to_owned()), "no error where nothing was sent");
        for (refusal, status, start) in [
            (
                BearerRefusal::new(BearerCode::InvalidRequest),
                400,
                "Bearer error=\"invalid_request\", error_description=\"",
            ),
            (TokenError::Signature.into(), 401, "Bearer error=\"invalid_token\", error_description=\""),
            (TokenError::Audience.into(), 401, "Bearer error=\"invalid_token\", error_description=\""),
            (
                TokenError::Expired.into(),
                401,
                "Bearer error=\"invalid_token\", error_description=\"The access token has expired.\"",
            ),
            (TokenError::TenantNotAllowed(uuid::Uuid::nil()).into(), 403, "Bearer error=\"insufficient_scope\", "),
            (BearerRefusal::new(BearerCode::InsufficientRole), 403, "Bearer error=\"insufficient_scope\", "),
        ] {
            let (found, challenge) = shown(&refusal);
            assert_eq!(found, status, "{refusal:?}");
            assert!(challenge.starts_with(start) && challenge.ends_with('"'), "{challenge}");
        }
        let scope = BearerRefusal::lacks_scope("Incidents.Read Incidents.\"W\\".to_owned());
        let (status, challenge) = shown(&scope);
        assert!(status == 403 && challenge.ends_with(", scope=\"Incidents.Read Incidents.\\\"W\\\\\""), "{challenge}");
    }

    #[test]
    fn what_cannot_be_said_now_is_not_said() {
        let down = UpstreamError::Unreachable { endpoint: "keys", reason: "timeout" };
        let refusal = BearerRefusal::from(down);
        assert_eq!((shown(&refusal), refusal.retry_after()), ((503, String::new()), Some(30)));
        let throttled = UpstreamError::Throttled { endpoint: "keys", retry_after: Some(7) };
        assert_eq!(BearerRefusal::from(throttled).retry_after(), Some(7));
        let gone = UpstreamError::Metadata { reason: "another" };
        assert_eq!(BearerRefusal::from(gone).retry_after(), Some(30), "an operator may mend it");
    }

    #[test]
    fn our_own_claims_challenge_can_be_read() {
        let claims = ClaimsChallenge::authentication_context("c1");
        let refusal = BearerRefusal::challenge(claims.clone(), "https://login.example/authorize?a=b,c");
        let (status, challenge) = shown(&refusal);
        let encoded = STANDARD.encode("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}");
        let expected = format!(
            "Bearer realm=\"\", authorization_uri=\"https://login.example/authorize?a=b,c\", error=\"insufficient_claims\", \
             error_description=\"{}\", claims=\"{encoded}\"",
            refusal.detail()
        );
        assert_eq!((status, challenge), (401, expected));
        let headers = HeaderMap::from_iter([(header::WWW_AUTHENTICATE, refusal.www_authenticate().unwrap())]);
        assert_eq!(ClaimsChallenge::from_www_authenticate(&headers), Some(claims));
    }
}
