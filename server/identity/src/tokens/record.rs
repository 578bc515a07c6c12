//! What is kept for one owner of tokens: one refresh token, a few access tokens, and how long the authority wants to be left
//! alone. Pure: it knows no store and no clock.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{error::InteractionRequired, scopes::Scopes, secret, step::InteractionStep};
use crate::{claims::Principal, error::ClaimsChallenge, groups::KnownGroups};

/// A token counts as expired this long before it is, so that a request that takes it along still arrives in time
/// (`tokenRenewalOffsetSeconds` of MSAL).
pub(crate) const SKEW: Duration = Duration::seconds(300);
/// How far the clocks of two replicas may be apart before a token counts as one from the future.
pub(crate) const CLOCKS_APART: Duration = Duration::seconds(60);
/// So many resources of one person at a time. The one that ends first makes room.
const MOST_ACCESS_TOKENS: usize = 16;

/// The tokens of one owner. New fields must have a default, or an update would cost everybody their tokens.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TokenRecord {
    /// The fence of the latest lease under which somebody set out to refresh.
    #[serde(default)]
    pub(crate) fence: u64,
    #[serde(default)]
    pub(crate) refresh: Option<RefreshToken>,
    #[serde(default)]
    pub(crate) access: Vec<CachedAccess>,
    #[serde(default)]
    waits: Vec<Wait>,
    #[serde(default)]
    refusals: Vec<Refusal>,
    /// Whose it is, as of the latest answer that said so.
    #[serde(default)]
    pub(crate) account: Option<Principal>,
    /// Which groups give them roles, where groups do.
    #[serde(default)]
    pub(crate) groups: Option<KnownGroups>,
    /// What other MSAL libraries keep and we do not use; it goes back to them unchanged.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) foreign: Map<String, Value>,
}

impl fmt::Debug for TokenRecord {
    /// What is kept for others may hold secrets, and the account is somebody's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRecord")
            .field("fence", &self.fence)
            .field("refresh", &self.refresh)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// A refresh token (RFC 6749 section 1.5), good for every resource the person has consented to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefreshToken {
    #[serde(with = "secret")]
    pub(crate) secret: SecretString,
    /// Only where the authority says so.
    #[serde(default, with = "time::serde::timestamp::option")]
    pub(crate) expires_at: Option<OffsetDateTime>,
}

/// An access token with what is known about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CachedAccess {
    #[serde(with = "secret")]
    pub(crate) secret: SecretString,
    /// The tenant it was asked for, if not that of its owner.
    #[serde(default)]
    pub(crate) tenant: Option<Uuid>,
    pub(crate) asked: Scopes,
    pub(crate) granted: Scopes,
    #[serde(with = "time::serde::timestamp::milliseconds")]
    pub(crate) cached_at: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) expires_at: OffsetDateTime,
    #[serde(default, with = "time::serde::timestamp::option")]
    pub(crate) refresh_on: Option<OffsetDateTime>,
    /// The hash of the claims challenge that it answers.
    #[serde(default)]
    pub(crate) claims: Option<String>,
}

/// Equal if it is the same token.
impl PartialEq for RefreshToken {
    fn eq(&self, other: &Self) -> bool {
        super::same_secret(&self.secret, &other.secret)
    }
}

/// Equal if it is the same token.
impl PartialEq for CachedAccess {
    fn eq(&self, other: &Self) -> bool {
        super::same_secret(&self.secret, &other.secret) && self.tenant == other.tenant
    }
}

/// The authority does not want to be asked for this again before then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Wait {
    request: String,
    #[serde(with = "time::serde::timestamp::milliseconds")]
    until: OffsetDateTime,
}

/// The authority gives nothing more for these scopes until the person has done something there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refusal {
    request: String,
    pub(super) scopes: Scopes,
    pub(super) step: InteractionStep,
    /// What it wants to see proven.
    #[serde(default)]
    pub(super) claims: Option<ClaimsChallenge>,
}

/// How good an access token still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// Use it.
    Fresh,
    /// Use it, and get another one meanwhile (`refresh_in`).
    DueForRefresh,
    /// Get another one; use it only if there is none to be had.
    Expiring,
    /// It is over.
    Expired,
}

impl CachedAccess {
    pub(crate) fn age(&self, now: OffsetDateTime) -> Age {
        if now >= self.expires_at {
            Age::Expired
        } else if now + SKEW > self.expires_at {
            Age::Expiring
        } else if self.refresh_on.is_some_and(|due| now >= due) {
            Age::DueForRefresh
        } else {
            Age::Fresh
        }
    }

    fn is_for(&self, tenant: Option<Uuid>, scopes: &Scopes) -> bool {
        self.tenant == tenant && (scopes.are_within(&self.granted) || scopes.are_within(&self.asked))
    }

    /// Whether `token` takes its place: it is for the same scopes.
    fn gives_way_to(&self, token: &Self) -> bool {
        (self.tenant == token.tenant && self.granted.overlap(&token.granted)) || self.is_for(token.tenant, &token.asked)
    }
}

impl RefreshToken {
    /// Whether it may still be used.
    pub(crate) fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_none_or(|expiry| now + SKEW < expiry)
    }
}

impl TokenRecord {
    /// The access token for `scopes` at `tenant` that lasts longest. One that was stored in the future is passed over: the
    /// clock has moved, and nothing is known about its age.
    pub(crate) fn find(&self, tenant: Option<Uuid>, scopes: &Scopes, now: OffsetDateTime) -> Option<&CachedAccess> {
        let fitting = self.access.iter().filter(|token| token.is_for(tenant, scopes));
        fitting.filter(|token| token.cached_at <= now + CLOCKS_APART).max_by_key(|token| token.expires_at)
    }

    /// Adds an access token, and drops those that it replaces: the ones for the same scopes, and what is over.
    pub(crate) fn save(&mut self, token: CachedAccess) {
        let now = token.cached_at;
        self.access.retain(|other| !other.gives_way_to(&token) && other.age(now) != Age::Expired);
        if self.access.len() >= MOST_ACCESS_TOKENS
            && let Some(first) = (0..self.access.len()).min_by_key(|place| self.access[*place].expires_at)
        {
            self.access.swap_remove(first);
        }
        self.access.push(token);
    }

    /// Adds an access token from elsewhere, unless what is here is as new or lasts longer than it where there is no more room.
    pub(crate) fn save_unless_newer(&mut self, token: CachedAccess) -> bool {
        let newer = self.access.iter().any(|other| other.gives_way_to(&token) && other.cached_at >= token.cached_at);
        let full = self.access.len() >= MOST_ACCESS_TOKENS
            && self.access.iter().all(|other| other.expires_at >= token.expires_at);
        if newer || full {
            return false;
        }
        self.save(token);
        true
    }

    /// Until when the authority wants to be left alone with this request.
    pub(crate) fn wait(&self, request: &str, now: OffsetDateTime) -> Option<OffsetDateTime> {
        self.waits.iter().find(|wait| wait.request == request && wait.until > now).map(|wait| wait.until)
    }

    pub(crate) fn note_wait(&mut self, request: &str, until: OffsetDateTime, now: OffsetDateTime) {
        self.waits.retain(|wait| wait.request != request && wait.until > now);
        if self.waits.len() < MOST_ACCESS_TOKENS {
            self.waits.push(Wait { request: request.to_owned(), until });
        }
    }

    /// Why there is no other token for nothing but `scopes` until the person has done something: the latest refusal.
    pub(super) fn refused_for(&self, scopes: &Scopes) -> Option<&Refusal> {
        self.refusals.iter().rev().find(|refusal| refusal.scopes.are_within(scopes))
    }

    pub(super) fn refuse(&mut self, request: String, required: &InteractionRequired) {
        self.refusals.retain(|refusal| refusal.request != request);
        if self.refusals.len() >= MOST_ACCESS_TOKENS {
            self.refusals.remove(0);
        }
        let (scopes, step, claims) = (required.scopes.clone(), required.step(), required.claims.clone());
        self.refusals.push(Refusal { request, scopes, step, claims });
    }

    /// A success takes back what the authority asked for before.
    pub(crate) fn settle(&mut self, request: &str) {
        self.waits.retain(|wait| wait.request != request);
        self.refusals.retain(|refusal| refusal.request != request);
    }

    /// A sign-in settles whatever was the matter.
    pub(crate) fn settle_all(&mut self) {
        self.waits.clear();
        self.refusals.clear();
    }
}

#[cfg(test)]
mod tests;
