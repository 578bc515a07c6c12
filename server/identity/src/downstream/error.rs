//! Why an API did not answer.

use std::sync::Arc;

use http::StatusCode;

use crate::{
    error::UpstreamError,
    tokens::{AcquireError, InteractionRequired, WAIT},
};

/// Why a call to another API came to nothing. Free of tokens, addresses and what the API says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DownstreamError {
    /// Only the person can help: sign in, consent, or give a second factor. See [`crate::Identity::interaction_url`].
    #[error("the person has to do something at the authority ({})", .0.class.as_str())]
    InteractionRequired(Arc<InteractionRequired>),
    /// The API, or whoever gives out its tokens, is away or wants to be left alone.
    #[error("the API cannot be had for the moment, again in {retry_after} s")]
    Unavailable {
        /// Seconds after which another attempt can help (`Retry-After`, RFC 9110 section 10.2.3).
        retry_after: u32,
    },
    /// The API took neither the token at hand nor a new one.
    #[error("the API refuses the token")]
    TokenRefused,
    /// The API refuses the request: the person may not, or there is no such thing.
    #[error("the API answered {status}")]
    Refused {
        /// How.
        status: StatusCode,
    },
    /// The address is not of the API that the tokens are for, or not over TLS.
    #[error("the address is not of this API, or not over TLS")]
    NotOfThisApi,
    /// There is no token, for a reason that only an operator can do something about.
    #[error(transparent)]
    Token(AcquireError),
    /// The answer is a redirect, too large, or not what it should be.
    #[error(transparent)]
    Answer(UpstreamError),
}

impl DownstreamError {
    /// The name in traces.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InteractionRequired(_) => "interaction_required",
            Self::Unavailable { .. } => "unavailable",
            Self::TokenRefused => "token_refused",
            Self::Refused { .. } => "refused",
            Self::NotOfThisApi => "not_of_this_api",
            Self::Token(_) => "no_token",
            Self::Answer(_) => "answer",
        }
    }
}

impl From<AcquireError> for DownstreamError {
    fn from(error: AcquireError) -> Self {
        match error {
            AcquireError::InteractionRequired(required) => Self::InteractionRequired(required),
            AcquireError::Unavailable { retry_after, .. } => Self::Unavailable { retry_after },
            error => Self::Token(error),
        }
    }
}

impl From<UpstreamError> for DownstreamError {
    fn from(error: UpstreamError) -> Self {
        match error {
            UpstreamError::Throttled { retry_after, .. } | UpstreamError::Status { retry_after, .. } => {
                Self::Unavailable { retry_after: retry_after.unwrap_or(WAIT) }
            }
            UpstreamError::Unreachable { .. } => Self::Unavailable { retry_after: WAIT },
            error => Self::Answer(error),
        }
    }
}
