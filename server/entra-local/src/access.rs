//! Conditional access and assignment: what stands between a person who is authenticated and an application.

use serde_json::json;

use crate::{
    claims::AuthenticationContext,
    error::StsError,
    scenario::{Access, Account, AppRegistration},
    token::roles,
};

/// The policy that a claims challenge names. One is enough for a stand-in.
const POLICY: &str = "c7b8a1d2-5e4f-4a3b-9c2d-1e0f8a7b6c5d";

/// Why somebody does not get in, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denial {
    #[error("Due to a configuration change made by your administrator you must use multi-factor authentication.")]
    Mfa,
    #[error("Due to a configuration change made by your administrator you must use multi-factor authentication.")]
    Context(AuthenticationContext),
    #[error("Due to a configuration change made by your administrator you must enroll in multi-factor authentication.")]
    Enrolment,
    #[error("Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.")]
    Blocked,
    #[error("The signed in user is not assigned to a role for the application.")]
    NotAssigned,
}

impl Denial {
    /// What is in the way of a person at an application. `strong` says that multi-factor authentication is done.
    pub(crate) fn of(app: &AppRegistration, account: &Account, access: Access, strong: bool) -> Option<Self> {
        match access {
            Access::Blocked => Some(Self::Blocked),
            _ if app.assignment_required && roles(app, account).is_empty() => Some(Self::NotAssigned),
            Access::Mfa if !strong => Some(Self::Mfa),
            Access::Enrolment if !strong => Some(Self::Enrolment),
            Access::Allowed | Access::Mfa | Access::Enrolment => None,
        }
    }

    /// The same for a token that must have an authentication context, which takes a second factor here.
    pub(crate) fn of_context(context: Option<AuthenticationContext>, strong: bool) -> Option<Self> {
        context.filter(|_| !strong).map(Self::Context)
    }

    /// Whether a page can help.
    pub(crate) fn is_step_up(self) -> bool {
        matches!(self, Self::Mfa | Self::Enrolment | Self::Context(_))
    }

    pub(crate) fn code(self) -> u32 {
        match self {
            Self::Mfa | Self::Context(_) => 50_076,
            Self::Enrolment => 50_079,
            Self::Blocked => 53_003,
            Self::NotAssigned => 50_105,
        }
    }

    /// The OAuth error of a silent authorization request.
    pub(crate) fn authorize_error(self) -> &'static str {
        match self {
            Self::Mfa | Self::Context(_) | Self::Enrolment | Self::Blocked => "interaction_required",
            Self::NotAssigned => "access_denied",
        }
    }

    /// The OAuth error at the token endpoint.
    pub(crate) fn token_error(self) -> &'static str {
        if self.is_step_up() { "interaction_required" } else { "invalid_grant" }
    }

    /// Adds the `suberror` and, where the next request must carry `claims`, the challenge.
    pub(crate) fn explain(self, sts: StsError) -> StsError {
        let challenge = match self {
            Self::Context(context) => context.challenge(),
            _ => json!({ "access_token": { "capolids": { "essential": true, "values": [POLICY] } } }).to_string(),
        };
        let suberror = if self.is_step_up() { "basic_action" } else { "message_only" };
        let claims = self.is_step_up().then_some(challenge);
        StsError { suberror: Some(suberror.to_owned()), claims, ..sts }
    }
}
