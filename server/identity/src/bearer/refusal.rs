//! Why a caller is not served, and how that is said.

mod answer;
mod challenge;
mod code;

use http::StatusCode;

pub use code::BearerCode;

use crate::{
    error::{ClaimsChallenge, SignInError, UpstreamError},
    validator::TokenError,
};

/// Why a request with or without a token is not served. An `axum` response with a problem (RFC 9457) as its body; an
/// application that draws its own has all parts of it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerRefusal {
    code: BearerCode,
    status: StatusCode,
    token: Option<TokenError>,
    scope: Option<String>,
    challenge: Option<Asked>,
    retry_after: Option<u32>,
}

/// A claims challenge with the place to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    claims: ClaimsChallenge,
    authorization_uri: String,
}

impl BearerRefusal {
    pub(super) fn new(code: BearerCode) -> Self {
        Self { code, status: code.status(), token: None, scope: None, challenge: None, retry_after: None }
    }

    /// Scopes that would do, in a list with spaces in between.
    pub(super) fn lacks_scope(scope: String) -> Self {
        Self { scope: Some(scope), ..Self::new(BearerCode::InsufficientScope) }
    }

    /// The client should come back with these claims.
    pub(super) fn challenge(claims: ClaimsChallenge, authorization_uri: &str) -> Self {
        let challenge = Some(Asked { claims, authorization_uri: authorization_uri.to_owned() });
        Self { challenge, ..Self::new(BearerCode::InsufficientClaims) }
    }

    /// What has happened.
    #[must_use]
    pub fn code(&self) -> BearerCode {
        self.code
    }

    /// The response's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// A sentence for whoever writes the client. It repeats nothing of the request.
    #[must_use]
    pub fn detail(&self) -> &'static str {
        self.code.detail()
    }

    /// Which check the token failed: for the log, not for the caller.
    #[must_use]
    pub fn token_error(&self) -> Option<TokenError> {
        self.token
    }

    /// What the client has to ask the authority for, where that would help.
    #[must_use]
    pub fn claims_challenge(&self) -> Option<&ClaimsChallenge> {
        self.challenge.as_ref().map(|asked| &asked.claims)
    }

    /// Seconds after which another attempt makes sense.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }
}

impl From<TokenError> for BearerRefusal {
    fn from(error: TokenError) -> Self {
        Self { token: Some(error), ..Self::new(BearerCode::of(error)) }
    }
}

impl From<UpstreamError> for BearerRefusal {
    /// Whether the token is any good cannot be said now, so it is not said that it is none.
    fn from(error: UpstreamError) -> Self {
        const USUAL: u32 = 30;
        let retry_after = SignInError::from(error).retry_after().unwrap_or(USUAL);
        Self { retry_after: Some(retry_after), ..Self::new(BearerCode::TemporarilyUnavailable) }
    }
}
