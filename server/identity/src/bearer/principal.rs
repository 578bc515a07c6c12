//! Who is calling, as far as an API needs to know.

use std::{fmt, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;
use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use super::refusal::{BearerCode, BearerRefusal};
use crate::claims::AccountId;

/// The caller of an API: a person through a client, or a client by itself. In the extensions of every request inside
/// [`crate::Bearer::layer`] (as an `Arc`), and an extractor that refuses where that layer is missing.
///
/// [`name`](Self::name) can be changed by its owner and decides nothing.
#[derive(Clone)]
pub struct BearerPrincipal {
    /// The tenant that the token was issued in.
    pub tenant_id: Uuid,
    /// `oid` for Entra and its kin, that of the application's service principal if it acts by itself; `sub` otherwise.
    pub subject: String,
    /// The same as one stable name.
    pub account: AccountId,
    /// What to call the person, where the token says so.
    pub name: Option<String>,
    /// Person or program.
    pub kind: CallerKind,
    /// The client that got the token (`azp`, `appid`, `client_id`).
    pub client_id: String,
    /// Delegated permissions (`scp`, `scope`), sorted, without repetition. What a person may do, it does not extend.
    pub scopes: Vec<String>,
    /// App roles, of the person or of the application, sorted, without repetition.
    pub roles: Vec<String>,
    /// Authentication contexts that were satisfied (`acrs`), sorted.
    pub acrs: Vec<String>,
    /// Whether the client understands claims challenges (`cp1` among `xms_cc`).
    pub accepts_claims_challenges: bool,
    /// When the token expires.
    pub expires_at: OffsetDateTime,
    /// Where the authority asks people for more, named in claims challenges.
    pub authorization_uri: Arc<str>,
    /// The token itself, for the on-behalf-of flow.
    pub assertion: SecretString,
}

/// For whom a client acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// For a person who has signed in.
    Delegated,
    /// For itself.
    App,
}

impl fmt::Debug for BearerPrincipal {
    /// Shows what tells accounts apart, and neither personal data nor the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerPrincipal")
            .field("account", &self.account)
            .field("tenant_id", &self.tenant_id)
            .field("kind", &self.kind)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for BearerPrincipal {
    type Rejection = BearerRefusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerRefusal> {
        parts.extensions.get::<Arc<Self>>().map(|caller| Self::clone(caller)).ok_or_else(|| {
            tracing::error!("a route that needs a bearer token is outside of the layer that checks it");
            BearerRefusal::new(BearerCode::Unauthorized)
        })
    }
}
