//! What a code and a refresh token stand for.

use std::sync::Arc;

use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use crate::{
    claims::ClaimsRequest,
    scenario::{Account, HomeAccount},
    scope::Scopes,
    session::SessionFacts,
};

/// An authorization code, bound to the client, the redirect URI and the PKCE challenge of its request.
#[derive(Debug)]
pub(crate) struct CodeGrant {
    pub(crate) client_id: Uuid,
    pub(crate) redirect_uri: Url,
    pub(crate) account: Arc<Account>,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) session: SessionFacts,
    pub(crate) claims: ClaimsRequest,
    pub(crate) expires: OffsetDateTime,
    /// A redeemed code is kept so that its second redemption can be told from an unknown code.
    pub(crate) redeemed: bool,
}

/// A refresh token: bound to person and client, but to no tenant and no resource.
#[derive(Debug, Clone)]
pub(crate) struct RefreshGrant {
    pub(crate) client_id: Uuid,
    pub(crate) home: HomeAccount,
    /// The tenant of the sign-in, for authorities that name none.
    pub(crate) tenant: Uuid,
    pub(crate) scopes: Scopes,
    pub(crate) session: SessionFacts,
    pub(crate) issued: OffsetDateTime,
    pub(crate) expires: OffsetDateTime,
    /// Used, while a test has each refresh token good for one use.
    pub(crate) spent: bool,
}

/// What the next response is about.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) account: Arc<Account>,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    pub(crate) session: SessionFacts,
    pub(crate) claims: ClaimsRequest,
    /// The refresh token that was used.
    pub(crate) refreshed: Option<String>,
}
