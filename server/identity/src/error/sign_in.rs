//! Failures of beginning and of completing a sign-in.

use uuid::Uuid;

use super::{class::ErrorClass, provider::ProviderError};
use crate::{
    credential::{AssertionError, CredentialError},
    random::RandomUnavailable,
    seal::SealError,
    session::SessionError,
    state::StateError,
    validator::TokenError,
};

/// Why a sign-in did not begin, or did not end in a session.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The callback does not belong to a sign-in that this browser has open.
    #[error(transparent)]
    Callback(#[from] CallbackProblem),
    /// The authority said no.
    #[error(transparent)]
    Provider(Box<ProviderError>),
    /// The authority could not be asked.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The ID token failed a check.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The tenant that was asked for does not exist, or may not sign in here.
    #[error("the tenant that was asked for is not admitted")]
    TenantNotAdmitted,
    /// A profile was changed by somebody else than the person who is signed in.
    #[error("the profile is another account's than the session's")]
    OtherPerson,
    /// The person has signed out at the authority while this sign-in was on its way back.
    #[error("the authority's session that the sign-in comes from has ended meanwhile")]
    AuthoritySessionEnded,
    /// The browser has completed too many sign-ins, each a moment after the other.
    #[error("the browser goes round in circles between this site and the authority")]
    Loop,
    /// The application turned the person away.
    #[error(transparent)]
    Refused(#[from] SignInRefused),
    /// Transactions could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The session could not be made.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A record could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The application could not prove itself.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// What is wrong with a request to the callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackProblem {
    /// The query is longer than any authority's, or repeats a parameter (RFC 6749 section 3.1).
    #[error("the callback's query is malformed")]
    Malformed,
    /// No `state`.
    #[error("the callback has no state")]
    StateMissing,
    /// A `state` that was never given out, has been used, or is older than 15 minutes.
    #[error("the callback's state is unknown, used up or expired")]
    StateUnknown,
    /// A `state` that another browser began with.
    #[error("the callback's state belongs to another browser")]
    OtherBrowser,
    /// Neither `code` nor `error`.
    #[error("the callback has neither code nor error")]
    CodeMissing,
    /// `iss` is missing or names another authority (RFC 9207).
    #[error("the callback comes from another issuer")]
    Issuer,
}

/// Why the authority could not be asked. Free of anything that the authority or a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// No connection, or no answer in time.
    #[error("{endpoint}: no answer ({reason})")]
    Unreachable {
        /// Which of the authority's endpoints.
        endpoint: &'static str,
        /// The kind of failure.
        reason: &'static str,
    },
    /// Too many requests.
    #[error("{endpoint}: throttled")]
    Throttled {
        /// Which of the authority's endpoints.
        endpoint: &'static str,
        /// Seconds to wait, where the authority says so.
        retry_after: Option<u32>,
    },
    /// A status that is neither success nor an OAuth error.
    #[error("{endpoint}: status {status}")]
    Status {
        /// Which of the authority's endpoints.
        endpoint: &'static str,
        /// The status.
        status: u16,
        /// Seconds to wait, where the authority says so.
        retry_after: Option<u32>,
    },
    /// An answer that cannot be read.
    #[error("{endpoint}: unreadable answer ({reason})")]
    Unreadable {
        /// Which of the authority's endpoints.
        endpoint: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Metadata that does not fit the configured authority.
    #[error("metadata: {reason}")]
    Metadata {
        /// What does not fit.
        reason: &'static str,
    },
}

/// The application's own no, with words for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application refused: {code}")]
pub struct SignInRefused {
    /// For the log and the audit trail.
    pub code: &'static str,
    /// Heading of the page.
    pub title: String,
    /// What the person can do about it.
    pub sentence: String,
    /// What it calls for: [`ErrorClass::Transient`] if it is a passing fault (503), else a decision (403), such as
    /// [`ErrorClass::TenantNotAllowed`] or [`ErrorClass::Refused`].
    pub class: ErrorClass,
    /// The tenant, where it is that which is not let in.
    pub tenant: Option<Uuid>,
}

impl From<ProviderError> for SignInError {
    fn from(error: ProviderError) -> Self {
        Self::Provider(Box::new(error))
    }
}

impl SignInError {
    /// What this failure calls for.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Callback(_) => ErrorClass::InvalidCallback,
            Self::Provider(error) => error.class(),
            Self::Credential(CredentialError::Assertion(AssertionError::Unavailable(_))) => ErrorClass::Transient,
            Self::Upstream(UpstreamError::Throttled { .. }) => ErrorClass::Throttled,
            Self::Credential(_) | Self::Upstream(UpstreamError::Metadata { .. }) => ErrorClass::Configuration,
            // "There is no such thing here" does not pass by itself, a request that took too long does.
            Self::Upstream(UpstreamError::Status { status: 400..=407 | 409..=428 | 430..=499, .. }) => {
                ErrorClass::Configuration
            }
            Self::Upstream(
                UpstreamError::Unreachable { .. } | UpstreamError::Status { .. } | UpstreamError::Unreadable { .. },
            )
            | Self::State(_)
            | Self::Session(_)
            | Self::Seal(_)
            | Self::Random(_) => ErrorClass::Transient,
            Self::Token(TokenError::TenantNotAllowed(_)) | Self::TenantNotAdmitted => ErrorClass::TenantNotAllowed,
            Self::Token(_) | Self::OtherPerson => ErrorClass::InvalidToken,
            Self::AuthoritySessionEnded => ErrorClass::SessionExpired,
            Self::Loop => ErrorClass::Loop,
            Self::Refused(refused) => refused.class,
        }
    }

    /// Whether the application has turned the person away, and not only failed to say.
    pub(crate) fn is_decision(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.class != ErrorClass::Transient)
    }

    /// Seconds after which another attempt makes sense, for failures that pass by themselves.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        const USUAL: u32 = 30;
        const LONGEST: u32 = 3600;
        let seconds = match (self.class(), self) {
            (
                ErrorClass::Throttled | ErrorClass::Transient,
                Self::Upstream(
                    UpstreamError::Throttled { retry_after: Some(seconds), .. }
                    | UpstreamError::Status { retry_after: Some(seconds), .. },
                ),
            ) => *seconds,
            (ErrorClass::Throttled | ErrorClass::Transient, _) => USUAL,
            _ => return None,
        };
        Some(seconds.min(LONGEST))
    }

    /// The tenant that was not let in, where it is that and somebody the authority vouched for is of it.
    #[must_use]
    pub fn tenant(&self) -> Option<Uuid> {
        match self {
            Self::Token(TokenError::TenantNotAllowed(tenant)) => Some(*tenant),
            Self::Refused(refused) => refused.tenant,
            _ => None,
        }
    }

    /// A short fixed word for the audit trail.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Provider(error) => error.code(),
            Self::TenantNotAdmitted => "TenantNotAdmitted".to_owned(),
            Self::OtherPerson => "OtherPerson".to_owned(),
            Self::AuthoritySessionEnded => "AuthoritySessionEnded".to_owned(),
            Self::Loop => "Loop".to_owned(),
            Self::Token(error) => format!("{error:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned(),
            Self::Callback(problem) => format!("{problem:?}"),
            Self::Refused(refused) => refused.code.to_owned(),
            Self::Credential(_) => "CredentialUnusable".to_owned(),
            Self::Upstream(_) | Self::State(_) | Self::Session(_) | Self::Seal(_) | Self::Random(_) => {
                self.class().as_str().to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_does_not_pass_by_itself_is_the_operators_business() {
        for (status, class) in [
            (400, ErrorClass::Configuration),
            (401, ErrorClass::Configuration),
            (404, ErrorClass::Configuration),
            (407, ErrorClass::Configuration),
            (408, ErrorClass::Transient),
            (409, ErrorClass::Configuration),
            (499, ErrorClass::Configuration),
            (500, ErrorClass::Transient),
            (503, ErrorClass::Transient),
        ] {
            let error = SignInError::from(UpstreamError::Status { endpoint: "keys", status, retry_after: None });
            assert_eq!(error.class(), class, "{status}");
            assert_eq!(error.retry_after().is_some(), class == ErrorClass::Transient, "{status}");
        }
    }

    #[test]
    fn nobody_is_told_to_wait_for_more_than_an_hour() {
        let throttled = |retry_after| SignInError::from(UpstreamError::Throttled { endpoint: "token", retry_after });
        assert_eq!(throttled(Some(7)).retry_after(), Some(7));
        assert_eq!(throttled(Some(3600)).retry_after(), Some(3600));
        assert_eq!(throttled(Some(3601)).retry_after(), Some(3600));
        assert_eq!(throttled(Some(u32::MAX)).retry_after(), Some(3600));
        assert_eq!(throttled(None).retry_after(), Some(30));
        let fault = UpstreamError::Status { endpoint: "token", status: 503, retry_after: Some(7) };
        assert_eq!(SignInError::from(fault).retry_after(), Some(7), "a server that is down may say so, too");
    }
}
