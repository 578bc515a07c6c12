//! What the authorization endpoint refuses, with the numbers Entra gives it.

use http::StatusCode;
use uuid::Uuid;

use crate::{access::Denial, claims::Malformed, error::StsError, scope::ScopeError};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AuthorizeError {
    #[error("The request must contain the parameter {0}.")]
    Missing(&'static str),
    #[error("The parameter {0} appears more than once.")]
    Repeated(String),
    #[error("There is no tenant of that name in this directory.")]
    UnknownTenant,
    #[error("The application is not registered in this directory. Check the client id and the tenant.")]
    UnknownClient,
    #[error("Application {0} is not configured as a multi-tenant application. Use its tenant in the authority.")]
    NotMultiTenant(Uuid),
    #[error("The redirect URI {0} does not match those registered for the application.")]
    RedirectUri(String),
    #[error("The response type {0} is not enabled. The only one is code.")]
    ResponseType(String),
    #[error("The response mode {0} is not supported. Use query or form_post.")]
    ResponseMode(String),
    #[error("{0}")]
    Scope(ScopeError),
    #[error("{0}")]
    Claims(Malformed),
    #[error("The prompt {0} is not supported. Use none, login, select_account or consent.")]
    Prompt(String),
    #[error("Proof Key for Code Exchange is required: send code_challenge with code_challenge_method S256.")]
    NoChallenge,
    #[error("The code_challenge_method is not supported. Use S256.")]
    ChallengeMethod,
    #[error("The code_challenge is not the base64url form of a SHA-256 digest, which has 43 characters.")]
    ChallengeSize,
    #[error("A silent sign-in was asked for, but nobody fitting is signed in.")]
    NoSession,
    #[error("Several accounts are signed in and the request does not say which one it is about.")]
    SeveralSessions,
    #[error("The user has not consented to the application.")]
    ConsentRequired,
    #[error("The grant requires administrator permission. Ask an administrator to consent for the organisation.")]
    AdminConsentRequired,
    #[error("{0}")]
    Denied(Denial),
    #[error("The user cancelled the sign-in or declined to consent.")]
    Declined,
    #[error("The account belongs to a tenant that may not sign in to this application here, and is not a guest.")]
    ForeignAccount,
    #[error("This sign-in page was already used, has expired, or was opened in another browser.")]
    InteractionGone,
}

impl AuthorizeError {
    pub(crate) fn sts(&self) -> StsError {
        let (error, code) = match self {
            Self::Missing(_) => ("invalid_request", 900_144),
            Self::Repeated(_) => ("invalid_request", 9_000_411),
            Self::UnknownTenant => ("invalid_request", 90_002),
            Self::UnknownClient => ("unauthorized_client", 700_016),
            Self::NotMultiTenant(_) => ("invalid_request", 50_194),
            Self::RedirectUri(_) => ("invalid_request", 50_011),
            Self::ResponseType(_) => ("unsupported_response_type", 700_054),
            Self::ResponseMode(_) => ("invalid_request", 70_007),
            Self::Scope(ScopeError::NoOpenid) => ("invalid_scope", 70_011),
            Self::Scope(ScopeError::UnknownResource(_)) => ("invalid_resource", 500_011),
            Self::Scope(ScopeError::UnknownScope(_)) => ("invalid_client", 650_053),
            Self::Claims(_) => ("invalid_request", 90_100),
            Self::Prompt(_) => ("invalid_request", 90_023),
            Self::NoChallenge => ("invalid_request", 9_002_325),
            Self::ChallengeMethod => ("invalid_request", 50_149),
            Self::ChallengeSize => ("invalid_request", 501_491),
            Self::NoSession => ("login_required", 50_058),
            Self::SeveralSessions => ("interaction_required", 16_000),
            Self::ConsentRequired => ("consent_required", 65_001),
            Self::AdminConsentRequired => ("access_denied", 90_094),
            Self::Denied(denial) => (denial.authorize_error(), denial.code()),
            Self::Declined => ("access_denied", 65_004),
            Self::ForeignAccount => ("invalid_request", 50_020),
            Self::InteractionGone => ("invalid_request", 165_000),
        };
        let sts = StsError::new(StatusCode::BAD_REQUEST, error, code, self.to_string());
        match self {
            Self::Denied(denial) => denial.explain(sts),
            _ => sts,
        }
    }
}
