//! What B2C refuses (Microsoft Learn, "Error codes: Azure Active Directory B2C"). The code stands at the beginning of the
//! description; there is no list of numbers beside it.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::{error::uncached_json, trace::Trace};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum B2cError {
    #[error("The user has forgotten their password.")]
    ForgotPassword,
    #[error("The user has cancelled entering self-asserted information.")]
    Cancelled,
    #[error("User does not have an existing session and request prompt parameter has a value of 'None'.")]
    NoSession,
    #[error("The redirect URI '{0}' provided in the request is not registered for the client.")]
    RedirectUri(String),
    #[error("The request does not contain a client ID parameter.")]
    NoClientId,
    #[error("The client ID specified in the request is not registered in this tenant.")]
    UnknownClient,
    #[error("The requested response type '{0}' provided in the request is not supported.")]
    ResponseType(String),
    #[error("The requested response mode '{0}' provided in the request is not supported.")]
    ResponseMode(String),
    #[error("The scope '{0}' provided in the request is not supported.")]
    Scope(String),
    #[error("The scope must hold openid for an ID token, or a resource or the client id for an access token.")]
    NothingAsked,
    #[error("The request is missing required parameter: {0}.")]
    Missing(&'static str),
    #[error("The value of the parameter {0} cannot be used.")]
    Unusable(&'static str),
    #[error("Clients must send a client_secret when redeeming a confidential grant.")]
    NoSecret,
    #[error("The specified client_secret does not match the expected value for this client.")]
    WrongSecret,
    #[error("The supplied grant_type '{0}' is not supported.")]
    GrantType(String),
    #[error("The provided JWE is not a valid 5 segment token.")]
    UnknownGrant,
    #[error("The provided grant has expired. Please re-authenticate and try again.")]
    GrantExpired,
    #[error("The provided grant has been revoked. Please re-authenticate and try again.")]
    GrantRevoked,
    #[error(
        "The provided grant has not been issued for this endpoint. Actual value: {issued}, expected value: {here}."
    )]
    OtherPolicy { issued: String, here: String },
    #[error("The supplied code_verifier does not match associated code_challenge.")]
    Verifier,
    #[error("The supplied code_verifier is invalid.")]
    NoVerifier,
    #[error("The logout request must contain an id_token_hint that was issued to the application.")]
    IdTokenHint,
    #[error("The service is temporarily unavailable. Please retry after a few minutes.")]
    TooManyRequests,
    #[error("The service has encountered an internal error. Please reauthenticate and try again.")]
    Internal,
}

impl B2cError {
    /// The OAuth error code and the B2C number.
    pub(crate) fn codes(&self) -> (&'static str, u32) {
        match self {
            Self::ForgotPassword => ("access_denied", 90_118),
            Self::Cancelled => ("access_denied", 90_091),
            Self::NoSession => ("interaction_required", 90_077),
            Self::RedirectUri(_) => ("redirect_uri_mismatch", 90_006),
            Self::NoClientId => ("invalid_request", 90_008),
            Self::UnknownClient => ("unauthorized_client", 90_018),
            Self::ResponseType(_) => ("unsupported_response_type", 90_013),
            Self::ResponseMode(_) => ("invalid_request", 90_014),
            Self::Scope(_) => ("invalid_request", 90_117),
            Self::NothingAsked => ("invalid_request", 90_115),
            Self::Missing(_) | Self::Unusable(_) => ("invalid_request", 90_083),
            Self::NoSecret => ("invalid_request", 90_079),
            Self::WrongSecret => ("invalid_client", 90_081),
            Self::GrantType(_) => ("unsupported_grant_type", 90_086),
            Self::UnknownGrant => ("invalid_grant", 90_090),
            Self::GrantExpired => ("invalid_grant", 90_080),
            Self::GrantRevoked => ("invalid_grant", 90_129),
            Self::OtherPolicy { .. } => ("invalid_grant", 90_088),
            Self::Verifier => ("invalid_grant", 90_182),
            Self::NoVerifier => ("invalid_grant", 90_183),
            Self::IdTokenHint => ("invalid_request", 90_237),
            Self::TooManyRequests => ("temporarily_unavailable", 90_035),
            Self::Internal => ("server_error", 90_085),
        }
    }

    pub(crate) fn description(&self, trace: &Trace) -> String {
        let (_, code) = self.codes();
        describe(code, &self.to_string(), trace)
    }

    /// The members of a refusal that goes back to the application.
    pub(crate) fn fields(&self, trace: &Trace) -> Vec<(&'static str, String)> {
        vec![("error", self.codes().0.to_owned()), ("error_description", self.description(trace))]
    }

    pub(crate) fn json(&self, trace: &Trace) -> Response {
        let status = match self {
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": self.codes().0, "error_description": self.description(trace) });
        uncached_json(status, trace, body)
    }
}

/// `AADB2C<number>: <sentence>`, then the ids on lines of their own.
pub(crate) fn describe(code: u32, message: &str, trace: &Trace) -> String {
    format!(
        "AADB2C{code}: {message}\r\nCorrelation ID: {}\r\nTimestamp: {}\r\n",
        trace.correlation_id,
        trace.timestamp()
    )
}
