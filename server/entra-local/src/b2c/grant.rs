//! What a code and a refresh token of a user flow stand for.

use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use super::scope::Scopes;
use crate::scenario::HomeAccount;

/// A sign-in through one user flow to one application.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) client_id: Uuid,
    pub(crate) account: HomeAccount,
    /// The user flow, in lower case.
    pub(crate) policy: String,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    pub(crate) sid: Uuid,
    pub(crate) signed_in_at: OffsetDateTime,
    /// Whether the account was made on the way.
    pub(crate) new_user: bool,
}

/// An authorization code.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: Url,
    pub(crate) challenge: Option<String>,
    pub(crate) expires: OffsetDateTime,
    pub(crate) redeemed: bool,
}

/// A refresh token.
#[derive(Debug, Clone)]
pub(crate) struct RefreshToken {
    pub(crate) grant: Grant,
    pub(crate) expires: OffsetDateTime,
}
