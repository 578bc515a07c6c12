//! What an application asks for.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{record::CachedAccess, scopes::Scopes};
use crate::{digest::hashed, error::ClaimsChallenge};

/// A request for an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    pub(super) scopes: Scopes,
    pub(super) tenant: Option<Uuid>,
    pub(super) claims: Option<ClaimsChallenge>,
    pub(super) force_refresh: bool,
}

impl TokenRequest {
    /// A token for `scopes`, from wherever it can be had soonest.
    #[must_use]
    pub fn new(scopes: Scopes) -> Self {
        Self { scopes, tenant: None, claims: None, force_refresh: false }
    }

    /// At another tenant than that of the sign-in, where the person is a guest.
    #[must_use]
    pub fn at_tenant(self, tenant: Uuid) -> Self {
        Self { tenant: Some(tenant), ..self }
    }

    /// Answering an API's claims challenge: no cached token will do, and the authority is told what was asked.
    #[must_use]
    pub fn with_claims(self, claims: ClaimsChallenge) -> Self {
        Self { claims: Some(claims), ..self }
    }

    /// A new token, whatever is cached.
    #[must_use]
    pub fn force_refresh(self) -> Self {
        Self { force_refresh: true, ..self }
    }

    /// The scopes that are asked for.
    #[must_use]
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// To ask at the owner's own tenant is to ask at none in particular.
    pub(super) fn for_owner_at(self, own: Option<Uuid>) -> Self {
        Self { tenant: self.tenant.filter(|tenant| Some(*tenant) != own), ..self }
    }

    pub(super) fn bypasses_cache(&self) -> bool {
        self.force_refresh || self.claims.is_some()
    }

    pub(super) fn claims_hash(&self) -> Option<String> {
        self.claims.as_ref().map(|claims| hashed(&[claims.as_str().as_bytes()]))
    }

    /// What the authority is asked for, without why: whoever has to leave it alone does so for this.
    pub(super) fn thumbprint(&self) -> String {
        let tenant = self.tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
        format!("{tenant} {}", self.scopes.key())
    }

    /// Whether a token that was there when somebody else was done is an answer to this request, which began at `since`.
    pub(super) fn is_answered_by(&self, token: &CachedAccess, since: OffsetDateTime) -> bool {
        !self.bypasses_cache() || (token.cached_at >= since && token.claims == self.claims_hash())
    }
}
