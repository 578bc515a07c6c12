//! Why there is no token.

use std::sync::Arc;

use uuid::Uuid;

use super::{cache::CacheError, grant::GrantError, scopes::Scopes};
use crate::{
    credential::CredentialError,
    error::{ClaimsChallenge, ErrorClass, ProviderError, UpstreamError},
    seal::SealError,
    state::StateError,
    validator::TokenError,
};

/// Why a token could not be had. Free of tokens and of personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcquireError {
    /// Only the person can help: they have to sign in, consent, or give a second factor. See
    /// [`crate::Identity::interaction_url`].
    #[error("the person has to do something at the authority ({})", .0.class.as_str())]
    InteractionRequired(Arc<InteractionRequired>),
    /// Something is away for the moment. Nobody has lost anything.
    #[error("no token for the moment, again in {retry_after} s: {away}")]
    Unavailable {
        /// Seconds after which another attempt can help.
        retry_after: u32,
        /// What.
        #[source]
        away: Away,
    },
    /// The authority does not know this application or what it asks for; an operator has to act. Everybody keeps their tokens.
    #[error("the application is not set up for this: {0}")]
    Misconfigured(Arc<ProviderError>),
    /// The application has no proof of being itself.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// A rule of the organisation stands against it, and no sign-in changes that.
    #[error(transparent)]
    Refused(Arc<ProviderError>),
    /// The tenant is not one that is served here.
    #[error("the tenant that was asked for is not admitted")]
    TenantNotAdmitted,
    /// The client-credentials grant takes one scope, `{resource}/.default`, and nothing else.
    #[error("an application asks for exactly one scope, the resource's own with /.default behind it")]
    NotDefaultScope,
    /// The ID token of the answer failed a check.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The authority answered with the tokens of somebody else.
    #[error("the authority answered with the tokens of another account")]
    OtherPerson,
    /// The answer has no access token: nothing was asked for that this authority gives one for.
    #[error("the authority's answer has no access token for these scopes")]
    NoAccessToken,
    /// A record could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// What is away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Away {
    /// The authority cannot be reached, or is out of order.
    #[error(transparent)]
    Authority(UpstreamError),
    /// The authority says so itself.
    #[error(transparent)]
    Declined(Arc<ProviderError>),
    /// The authority asked to be left alone, and it is.
    #[error("the authority asked to be left alone until then")]
    Waiting,
    /// Shared state.
    #[error(transparent)]
    Store(StateError),
    /// Somebody else has been getting this token for too long.
    #[error("another request for the same token has not come to its end")]
    Busy,
}

/// What the person has to be sent to the authority with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionRequired {
    /// What was asked for; the sign-in has to ask for it as well.
    pub scopes: Scopes,
    /// At which tenant, if not that of the session.
    pub tenant: Option<Uuid>,
    /// What an API or the authority said is missing.
    pub claims: Option<ClaimsChallenge>,
    /// What it is about.
    pub class: ErrorClass,
    /// What the authority said; nothing if there was no need to ask.
    pub error: Option<ProviderError>,
}

/// Seconds to wait where nobody says how long.
pub(crate) const WAIT: u32 = 2;

impl AcquireError {
    /// A word from a fixed vocabulary, for metrics and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InteractionRequired(_) => "interaction_required",
            Self::Unavailable { away, .. } => match away {
                Away::Waiting | Away::Authority(UpstreamError::Throttled { .. }) => "throttled",
                Away::Authority(_) | Away::Declined(_) => "unavailable",
                Away::Store(_) => "store_unavailable",
                Away::Busy => "busy",
            },
            Self::Misconfigured(_) => "misconfigured",
            Self::Credential(_) => "credential",
            Self::Refused(_) => "refused",
            Self::TenantNotAdmitted => "tenant_not_admitted",
            Self::NotDefaultScope => "not_default_scope",
            Self::Token(_) => "invalid_token",
            Self::OtherPerson => "other_person",
            Self::NoAccessToken => "no_access_token",
            Self::Seal(_) => "seal",
        }
    }

    /// Seconds after which another attempt can help, if one can.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Unavailable { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    pub(super) fn unavailable(away: Away) -> Self {
        Self::Unavailable { retry_after: WAIT, away }
    }
}

impl From<StateError> for AcquireError {
    fn from(error: StateError) -> Self {
        Self::unavailable(Away::Store(error))
    }
}

impl From<CacheError> for AcquireError {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::State(error) => error.into(),
            CacheError::Seal(error) => error.into(),
        }
    }
}

impl From<UpstreamError> for AcquireError {
    fn from(error: UpstreamError) -> Self {
        let asked = match &error {
            UpstreamError::Throttled { retry_after, .. } | UpstreamError::Status { retry_after, .. } => *retry_after,
            _ => None,
        };
        Self::Unavailable { retry_after: asked.unwrap_or(WAIT), away: Away::Authority(error) }
    }
}

impl AcquireError {
    /// What a refused or failed grant means to whoever asked for `scopes`.
    pub(super) fn of(error: GrantError, scopes: &Scopes, tenant: Option<Uuid>) -> Self {
        match error {
            GrantError::Provider(error) if error.requires_interaction() => {
                let claims = error.claims.clone();
                let (scopes, class) = (scopes.clone(), error.class());
                let required = InteractionRequired { scopes, tenant, claims, class, error: Some(*error) };
                Self::InteractionRequired(Arc::new(required))
            }
            GrantError::Provider(error) => match error.class() {
                ErrorClass::Transient | ErrorClass::Throttled => Self::unavailable(Away::Declined(Arc::from(error))),
                ErrorClass::PolicyBlock | ErrorClass::UserCancelled | ErrorClass::TenantNotAllowed => {
                    Self::Refused(Arc::from(error))
                }
                _ => Self::Misconfigured(Arc::from(error)),
            },
            GrantError::Upstream(error) => error.into(),
            GrantError::Credential(CredentialError::Assertion(crate::AssertionError::Unavailable(reason))) => {
                let away = UpstreamError::Unreachable { endpoint: "the source of client assertions", reason: "away" };
                tracing::warn!(%reason, "no client assertion");
                away.into()
            }
            GrantError::Credential(error) => error.into(),
            GrantError::Token(error) => error.into(),
            GrantError::TenantNotAdmitted => Self::TenantNotAdmitted,
        }
    }

    /// Whether a token that is still valid is the better answer. What the authority says about the person is not for this: it
    /// would only put off what has to be done.
    pub(super) fn spares_the_person(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Misconfigured(_) | Self::Credential(_) | Self::Seal(_) => true,
            Self::InteractionRequired(_)
            | Self::Refused(_)
            | Self::TenantNotAdmitted
            | Self::NotDefaultScope
            | Self::Token(_)
            | Self::OtherPerson
            | Self::NoAccessToken => false,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::AssertionError;

    fn of(error: GrantError) -> AcquireError {
        AcquireError::of(error, &"User.Read".parse().unwrap(), None)
    }

    fn provider(error: &'static str, suberror: Option<&'static str>) -> AcquireError {
        of(GrantError::Provider(Box::new(ProviderError { error, suberror, ..ProviderError::default() })))
    }

    #[test]
    fn what_may_pass_is_told_from_what_a_rule_forbids_and_from_what_is_set_up_wrongly() {
        let declined = provider("temporarily_unavailable", None);
        assert!(matches!(declined, AcquireError::Unavailable { away: Away::Declined(_), .. }), "{declined:?}");
        let forbidden = provider("invalid_grant", Some("protection_policy_required"));
        assert!(matches!(forbidden, AcquireError::Refused(_)), "{forbidden:?}");
        let misconfigured = provider("invalid_client", None);
        assert!(matches!(misconfigured, AcquireError::Misconfigured(_)), "{misconfigured:?}");
    }

    #[test]
    fn a_source_of_assertions_that_is_away_may_come_back_and_one_that_refuses_is_for_an_operator() {
        let assertion = |error: AssertionError| of(GrantError::Credential(error.into()));
        let away = assertion(AssertionError::Unavailable("a timeout".to_owned()));
        assert!(matches!(away, AcquireError::Unavailable { away: Away::Authority(_), .. }), "{away:?}");
        let refused = assertion(AssertionError::Refused("no key".to_owned()));
        assert!(matches!(refused, AcquireError::Credential(_)), "{refused:?}");
    }

    #[test]
    fn a_fault_of_ours_spares_the_person_and_one_about_them_does_not() {
        let ours = [CredentialError::TokenFileEmpty.into(), SealError.into(), provider("invalid_client", None)];
        assert!(ours.iter().all(AcquireError::spares_the_person));
        let theirs = [provider("invalid_grant", None), AcquireError::OtherPerson, AcquireError::TenantNotAdmitted];
        assert!(!theirs.iter().any(AcquireError::spares_the_person));
    }
}
