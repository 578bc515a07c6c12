//! The words for what has happened.

use http::StatusCode;

use crate::validator::TokenError;

/// A word from a fixed vocabulary, which programs may go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BearerCode {
    /// No token was sent.
    Unauthorized,
    /// The `Authorization` header is malformed, or there are several.
    InvalidRequest,
    /// The token is none of this authority.
    InvalidToken,
    /// The token is genuine and not for this API, not of the right kind, or not valid yet.
    InvalidClaims,
    /// The token has expired.
    TokenExpired,
    /// The token names no tenant.
    TenantIdMissing,
    /// The caller's tenant is not admitted.
    TenantNotAuthorized,
    /// The client lacks a scope.
    InsufficientScope,
    /// The caller lacks a role.
    InsufficientRole,
    /// The caller may not do this, whatever the token.
    Forbidden,
    /// The person has to prove more to the authority.
    InsufficientClaims,
    /// The authority's keys cannot be had just now.
    TemporarilyUnavailable,
}

impl BearerCode {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InvalidClaims => "invalid_claims",
            Self::TokenExpired => "token_expired",
            Self::TenantIdMissing => "tenant_id_missing",
            Self::TenantNotAuthorized => "tenant_not_authorized",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientRole => "insufficient_role",
            Self::Forbidden => "forbidden",
            Self::InsufficientClaims => "insufficient_claims",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized
            | Self::InvalidToken
            | Self::InvalidClaims
            | Self::TokenExpired
            | Self::TenantIdMissing
            | Self::InsufficientClaims => StatusCode::UNAUTHORIZED,
            Self::TenantNotAuthorized | Self::InsufficientScope | Self::InsufficientRole | Self::Forbidden => {
                StatusCode::FORBIDDEN
            }
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The error code of RFC 6750 section 3.1, or that of claims challenges. None where no token was sent, because then
    /// there is nothing to say, and where nothing is wrong with it.
    pub(super) fn error(self) -> Option<&'static str> {
        match self {
            Self::Unauthorized | Self::TemporarilyUnavailable => None,
            Self::InvalidRequest => Some("invalid_request"),
            Self::InvalidToken | Self::InvalidClaims | Self::TokenExpired | Self::TenantIdMissing => {
                Some("invalid_token")
            }
            // "Requires higher privileges than provided by the access token", of whatever sort.
            Self::TenantNotAuthorized | Self::InsufficientScope | Self::InsufficientRole | Self::Forbidden => {
                Some("insufficient_scope")
            }
            Self::InsufficientClaims => Some("insufficient_claims"),
        }
    }

    /// Fit for `error_description` as it is: no quotation marks, no backslashes, ASCII (RFC 6750 section 3).
    pub(super) fn detail(self) -> &'static str {
        match self {
            Self::Unauthorized => "This API needs an access token in the Authorization header.",
            Self::InvalidRequest => "One Authorization header with one bearer token is expected.",
            Self::InvalidToken => "The access token is not accepted.",
            Self::InvalidClaims => "The access token is not one for this API.",
            Self::TokenExpired => "The access token has expired.",
            Self::TenantIdMissing => "The access token names no tenant.",
            Self::TenantNotAuthorized => "The tenant of the access token may not use this API.",
            Self::InsufficientScope => "The access token lacks a scope that this needs.",
            Self::InsufficientRole => "The caller lacks a role that this needs.",
            Self::Forbidden => "The caller may not do this.",
            Self::InsufficientClaims => "This needs a stronger sign-in. The claims say which.",
            Self::TemporarilyUnavailable => "The access token cannot be checked right now. Try again later.",
        }
    }

    pub(super) fn of(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::TokenExpired,
            TokenError::TenantMissing => Self::TenantIdMissing,
            TokenError::TenantNotAllowed(_) => Self::TenantNotAuthorized,
            TokenError::Issuer
            | TokenError::TenantMalformed
            | TokenError::PolicyMissing
            | TokenError::Policy
            | TokenError::Audience
            | TokenError::AuthorizedParty
            | TokenError::ExpiryMissing
            | TokenError::NotYetValid
            | TokenError::IssuedAt
            | TokenError::NonceMissing
            | TokenError::Nonce
            | TokenError::AccessTokenHash
            | TokenError::CodeHash
            | TokenError::StateHash
            | TokenError::Type
            | TokenError::Event
            | TokenError::NonceUnexpected
            | TokenError::TokenIdMissing
            | TokenError::SubjectMissing
            | TokenError::ObjectIdMissing
            | TokenError::Version
            | TokenError::ForGraph
            | TokenError::IdToken
            | TokenError::ClientMissing
            | TokenError::PermissionsMissing
            | TokenError::Kind => Self::InvalidClaims,
            TokenError::Malformed
            | TokenError::TooLong
            | TokenError::AlgorithmNotAllowed
            | TokenError::CriticalHeader
            | TokenError::Nested
            | TokenError::KeyIdMissing
            | TokenError::KeyUnknown
            | TokenError::Signature
            | TokenError::KeyIssuer => Self::InvalidToken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_fits_into_a_header() {
        for code in [
            BearerCode::Unauthorized,
            BearerCode::InvalidRequest,
            BearerCode::InvalidToken,
            BearerCode::InvalidClaims,
            BearerCode::TokenExpired,
            BearerCode::TenantIdMissing,
            BearerCode::TenantNotAuthorized,
            BearerCode::InsufficientScope,
            BearerCode::InsufficientRole,
            BearerCode::Forbidden,
            BearerCode::InsufficientClaims,
            BearerCode::TemporarilyUnavailable,
        ] {
            let fits = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            assert!(code.detail().bytes().all(fits), "{}", code.detail());
        }
    }
}
