//! The few kinds of failure that are worth telling apart.

/// What a failed sign-in calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The person has to do something at the authority: choose an account, a second factor, a new password.
    InteractionRequired,
    /// The person or an administrator has to consent.
    Consent,
    /// The grant or the code is too old.
    SessionExpired,
    /// The person changed their mind. Not a fault.
    UserCancelled,
    /// A rule of the organisation stands against it.
    PolicyBlock,
    /// The account belongs to a tenant that is not served here.
    TenantNotAllowed,
    /// The application and its registration do not match; an operator has to act.
    Configuration,
    /// Too many requests.
    Throttled,
    /// Something is down for the moment.
    Transient,
    /// The browser came back with something that does not belong to a sign-in it began.
    InvalidCallback,
    /// The authority's answer failed a check.
    InvalidToken,
    /// The application itself turned the person away.
    Refused,
    /// The browser keeps coming back to sign in although it has just done so.
    Loop,
}

impl ErrorClass {
    /// The name in logs and audit entries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InteractionRequired => "interaction_required",
            Self::Consent => "consent",
            Self::SessionExpired => "session_expired",
            Self::UserCancelled => "user_cancelled",
            Self::PolicyBlock => "policy_block",
            Self::TenantNotAllowed => "tenant_not_allowed",
            Self::Configuration => "configuration",
            Self::Throttled => "throttled",
            Self::Transient => "transient",
            Self::InvalidCallback => "invalid_callback",
            Self::InvalidToken => "invalid_token",
            Self::Refused => "refused",
            Self::Loop => "loop",
        }
    }

    /// Whether an operator should look at it, as opposed to the person in front of the browser.
    #[must_use]
    pub fn concerns_operator(self) -> bool {
        match self {
            Self::Configuration | Self::InvalidToken | Self::Transient | Self::Throttled | Self::Loop => true,
            Self::InteractionRequired
            | Self::Consent
            | Self::SessionExpired
            | Self::UserCancelled
            | Self::PolicyBlock
            | Self::TenantNotAllowed
            | Self::InvalidCallback
            | Self::Refused => false,
        }
    }
}
