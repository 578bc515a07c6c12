//! What the token endpoint refuses, with the numbers Entra gives it.

use http::{Method, StatusCode};
use uuid::Uuid;

use crate::{access::Denial, claims::Malformed, error::StsError, keys::KeyError, scope::ScopeError};

#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("The request body must contain the parameter {0}.")]
    Missing(&'static str),
    #[error("The parameter {0} appears more than once.")]
    Repeated(String),
    #[error("The body is not application/x-www-form-urlencoded.")]
    ContentType,
    #[error("The body cannot be read: it is too long or not in UTF-8.")]
    Body(StatusCode),
    #[error("The endpoint only accepts POST requests. Received a {0} request.")]
    Method(Method),
    #[error("The Authorization header does not hold Basic credentials, or the body holds credentials as well.")]
    Credentials,
    #[error("There is no tenant of that name in this directory.")]
    UnknownTenant,
    #[error("The application is not registered in this directory. Check the client id and the tenant.")]
    UnknownClient,
    #[error("The application is not configured as a multi-tenant application. Use its tenant in the authority.")]
    NotMultiTenant,
    #[error("The request must contain a client secret or a client assertion.")]
    NoCredential,
    #[error("The client secret is not that of the application.")]
    WrongSecret,
    #[error("The client assertion is not a JSON Web Token of the type that client_assertion_type must name.")]
    AssertionMalformed,
    #[error("The certificate that signed the client assertion is not registered on the application.")]
    AssertionKey,
    #[error("The client assertion is not within its valid time range. It must not last longer than ten minutes.")]
    AssertionTime,
    #[error("The client assertion is for another audience than this token endpoint.")]
    AssertionAudience,
    #[error("The client assertion is another application's.")]
    AssertionClient,
    #[error("No federated identity record matches issuer, subject and audience of the client assertion.")]
    AssertionFederation,
    #[error("The grant type {0} is not supported.")]
    GrantType(String),
    #[error("The code is unknown, or was issued to another application.")]
    UnknownCode,
    #[error("The refresh token is unknown, or was issued to another application.")]
    UnknownRefreshToken,
    #[error("The refresh token has expired due to inactivity.")]
    RefreshTokenExpired,
    #[error("The refresh token was already used.")]
    SpentRefreshToken,
    #[error("The provided grant has expired due to it being revoked, a fresh auth token is needed.")]
    Revoked,
    #[error("The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.")]
    SignInFrequency,
    #[error("{0}")]
    Claims(Malformed),
    #[error(
        "The user or administrator has not consented to use the application with ID {0}. Send an interactive authorization request for this user and resource."
    )]
    ConsentRequired(Uuid),
    #[error("No tenant-identifying information found in either the request or implied by any provided credentials.")]
    TenantNeeded,
    #[error(
        "The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
    )]
    NotDefault(String),
    #[error("The resource principal named {0} was not found in the tenant.")]
    UnknownApi(String),
    #[error("The application is not assigned to a role for the resource.")]
    ApplicationNotAssigned,
    #[error("The requested_token_use {0} is not supported. Use on_behalf_of.")]
    TokenUse(String),
    #[error("The assertion is invalid: it is no access token of a person that a published key has signed.")]
    UserAssertion,
    #[error("The assertion is not within its valid time range. Ensure that the access token is not expired.")]
    UserAssertionExpired,
    #[error("The assertion audience does not match the client application presenting the assertion.")]
    UserAssertionAudience,
    #[error("The application is not allowed to make application on-behalf-of calls.")]
    AppOnlyAssertion,
    #[error("The authorization code has expired.")]
    CodeExpired,
    #[error("The authorization code was already redeemed.")]
    CodeReused,
    #[error("The request has no code_verifier, but the authorization request had a code_challenge.")]
    NoVerifier,
    #[error("The code_verifier does not match the code_challenge of the authorization request.")]
    Verifier,
    #[error("The redirect URI is not the one of the authorization request.")]
    RedirectUri,
    #[error("The authorization code is for another tenant.")]
    OtherTenant,
    #[error("The account does not exist in the tenant and is no guest there.")]
    ForeignAccount,
    #[error("{0}")]
    Scope(ScopeError),
    #[error("The scopes exceed what was granted to the authorization code.")]
    ScopeExceedsGrant,
    #[error("The scopes belong to more than one resource. Ask for one resource at a time.")]
    SeveralResources,
    #[error("{0}")]
    Denied(Denial),
    #[error("The client secret keys provided are expired. Create a new one in the portal.")]
    ExpiredSecret,
    #[error("The token could not be signed.")]
    Signing(#[from] KeyError),
    #[error("There is no signing key.")]
    NoKey,
}

impl TokenError {
    pub(crate) fn sts(&self) -> StsError {
        let (error, code) = match self {
            Self::Missing(_) => ("invalid_request", 900_144),
            Self::Repeated(_) => ("invalid_request", 9_000_411),
            Self::ContentType | Self::Body(_) | Self::Credentials => ("invalid_request", 9_002_313),
            Self::Method(_) => ("invalid_request", 900_561),
            Self::UnknownTenant => ("invalid_request", 90_002),
            Self::UnknownClient => ("unauthorized_client", 700_016),
            Self::NotMultiTenant => ("invalid_request", 50_194),
            Self::NoCredential => ("invalid_client", 7_000_218),
            Self::WrongSecret => ("invalid_client", 7_000_215),
            Self::ExpiredSecret => ("invalid_client", 7_000_222),
            Self::AssertionMalformed => ("invalid_client", 50_027),
            Self::AssertionKey => ("invalid_client", 700_027),
            Self::AssertionTime => ("invalid_client", 700_024),
            Self::AssertionAudience => ("invalid_client", 700_023),
            Self::AssertionClient => ("invalid_client", 700_021),
            Self::AssertionFederation => ("invalid_client", 700_213),
            Self::Denied(denial) => (denial.token_error(), denial.code()),
            Self::GrantType(_) => ("unsupported_grant_type", 70_003),
            Self::Revoked => ("invalid_grant", 50_173),
            Self::SignInFrequency => ("invalid_grant", 70_043),
            Self::Claims(_) | Self::TokenUse(_) => ("invalid_request", 90_100),
            Self::ConsentRequired(_) => ("invalid_grant", 65_001),
            Self::TenantNeeded => ("invalid_request", 50_059),
            Self::NotDefault(_) => ("invalid_scope", 1_002_012),
            Self::ApplicationNotAssigned => ("invalid_grant", 501_051),
            Self::UserAssertion => ("invalid_grant", 50_013),
            Self::UserAssertionExpired => ("invalid_grant", 500_133),
            Self::UserAssertionAudience => ("invalid_grant", 500_131),
            Self::AppOnlyAssertion => ("unauthorized_client", 7_000_114),
            Self::Scope(ScopeError::UnknownScope(_)) => ("invalid_client", 650_053),
            Self::UnknownCode | Self::UnknownRefreshToken | Self::SpentRefreshToken => ("invalid_grant", 70_000),
            Self::RefreshTokenExpired => ("invalid_grant", 700_082),
            Self::CodeExpired => ("invalid_grant", 70_008),
            Self::CodeReused => ("invalid_grant", 54_005),
            Self::NoVerifier => ("invalid_grant", 50_148),
            Self::Verifier => ("invalid_grant", 501_481),
            Self::RedirectUri => ("invalid_client", 500_112),
            Self::OtherTenant => ("invalid_grant", 700_005),
            Self::ForeignAccount => ("invalid_grant", 50_020),
            Self::Scope(ScopeError::NoOpenid) | Self::ScopeExceedsGrant => ("invalid_scope", 70_011),
            Self::UnknownApi(_) | Self::Scope(ScopeError::UnknownResource(_)) => ("invalid_resource", 500_011),
            Self::SeveralResources => ("invalid_request", 28_000),
            Self::Signing(_) | Self::NoKey => ("server_error", 90_033),
        };
        let status = match self {
            Self::Body(status) => *status,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoCredential
            | Self::WrongSecret
            | Self::ExpiredSecret
            | Self::AssertionMalformed
            | Self::AssertionKey
            | Self::AssertionTime
            | Self::AssertionAudience
            | Self::AssertionClient
            | Self::AssertionFederation => StatusCode::UNAUTHORIZED,
            Self::Signing(_) | Self::NoKey => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let sts = StsError::new(status, error, code, self.to_string());
        match self {
            Self::Denied(denial) => denial.explain(sts),
            _ => StsError { suberror: self.suberror().map(str::to_owned), ..sts },
        }
    }

    fn suberror(&self) -> Option<&'static str> {
        match self {
            Self::ConsentRequired(_) => Some("consent_required"),
            Self::Revoked | Self::SpentRefreshToken => Some("bad_token"),
            Self::SignInFrequency => Some("token_expired"),
            _ => None,
        }
    }
}
