//! A sign-in that has begun: what has to be remembered between leaving for the authority and coming back.
//!
//! The record is sealed, lives for fifteen minutes under the hash of its `state`, and is used once. A browser may have
//! several open; each is bound to it by a cookie of its own, so tabs that are restored all at once do not overwrite each
//! other's (see `adr/0002-a-cookie-per-transaction.md`).

use openidconnect::PkceCodeVerifier;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    config::FlowKind,
    digest::hashed,
    error::{CallbackProblem, ClaimsChallenge, SignInError},
    flow::{Hints, Prompt, Wanted},
    key_ring::KeyRing,
    random::{self, RandomUnavailable},
    return_to::ReturnTo,
    rounds::Rounds,
    state::{Expected, PutOutcome, SharedState, StateError},
    tokens::Scopes,
};

/// How long a person may take at the authority.
pub(crate) const LIFETIME: Duration = Duration::minutes(15);

const PURPOSE: &str = "sign-in transaction";

/// An open sign-in.
#[derive(Serialize, Deserialize)]
pub(crate) struct Transaction {
    /// `state` (RFC 6749 section 10.12).
    pub(crate) state: String,
    /// `nonce` (OpenID Connect Core 1.0 section 3.1.2.1).
    pub(crate) nonce: String,
    /// PKCE (RFC 7636).
    pub(crate) verifier: PkceCodeVerifier,
    /// Where the person wanted to go.
    pub(crate) return_to: ReturnTo,
    /// What the person went there for.
    #[serde(default)]
    pub(crate) kind: FlowKind,
    /// The tenant that was asked for; somebody of another one does not end it.
    #[serde(default)]
    pub(crate) tenant: Option<Uuid>,
    /// What the authority was to ask.
    #[serde(default)]
    pub(crate) prompt: Option<Prompt>,
    /// Whom it is for, as far as that was known.
    #[serde(default)]
    pub(crate) hints: Hints,
    /// The metadata of the authority, policy and tenant it began at; an answer counts only while that is still what the
    /// settings lead to.
    pub(crate) authority: String,
    /// The session that the browser had, by its handle.
    #[serde(default)]
    pub(crate) session: Option<String>,
    /// The round trips that led to this one.
    #[serde(default)]
    pub(crate) rounds: Rounds,
    /// What it brings along because somebody said that it was missing. If that is not enough there is no second time.
    #[serde(default)]
    pub(crate) claims: Option<ClaimsChallenge>,
    /// Scopes that somebody needs besides those of every sign-in.
    #[serde(default)]
    pub(crate) scopes: Option<Scopes>,
    /// The tenant of an administrator's consent that a sign-in of somebody there completes.
    #[serde(default)]
    pub(crate) consented: Option<Uuid>,
    /// Whether it only finds out who is signed in at the authority: nobody is signed in by it.
    #[serde(default)]
    pub(crate) silent: bool,
    /// What the browser's cookie must say.
    binding: String,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) created_at: OffsetDateTime,
}

impl Transaction {
    pub(crate) fn begin(
        wanted: &Wanted,
        authority: String,
        verifier: PkceCodeVerifier,
        now: OffsetDateTime,
    ) -> Result<Self, RandomUnavailable> {
        Ok(Self {
            state: random::token()?,
            nonce: random::token()?,
            verifier,
            return_to: wanted.return_to.clone(),
            kind: wanted.kind,
            tenant: wanted.tenant,
            prompt: wanted.prompt,
            hints: wanted.hints.clone(),
            authority,
            session: wanted.session.clone(),
            rounds: wanted.rounds,
            claims: wanted.claims.clone(),
            scopes: wanted.scopes.clone(),
            consented: wanted.consented,
            silent: wanted.silent,
            binding: random::token()?,
            created_at: now,
        })
    }

    /// What goes into the cookie.
    pub(crate) fn binding(&self) -> &str {
        &self.binding
    }

    /// Writes the record.
    pub(crate) async fn store(&self, state: &dyn SharedState, ring: &KeyRing) -> Result<(), SignInError> {
        let json = serde_json::to_vec(self)
            .map_err(|_| StateError::Damaged { reason: "a transaction could not be written".to_owned() })?;
        let key = key(&self.state);
        let sealed = ring.seal(PURPOSE, self.state.as_bytes(), &json)?;
        match state.put(&key, &sealed, self.created_at + LIFETIME, Expected::Absent).await? {
            PutOutcome::Stored(_) => Ok(()),
            PutOutcome::Conflict => Err(CallbackProblem::StateUnknown.into()),
        }
    }

    /// Takes the record of `state_parameter` away, if this browser's cookie says `binding`. Without the right cookie the
    /// record stays: a stolen `state` does not even disturb its owner.
    pub(crate) async fn take(
        state: &dyn SharedState,
        ring: &KeyRing,
        state_parameter: &str,
        binding: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<Self, SignInError> {
        let key = key(state_parameter);
        let unsealed = |sealed: &[u8]| -> Option<Self> {
            serde_json::from_slice(&ring.open(PURPOSE, state_parameter.as_bytes(), sealed)?).ok()
        };
        let held = state.get(&key).await?.and_then(|held| unsealed(&held.value));
        let held = held.filter(|held| now < held.created_at + LIFETIME).ok_or(CallbackProblem::StateUnknown)?;
        let same = binding.is_some_and(|binding| bool::from(binding.as_bytes().ct_eq(held.binding.as_bytes())));
        if !same {
            return Err(CallbackProblem::OtherBrowser.into());
        }
        // Of two callbacks with the same state only one gets the record.
        let taken = state.take(&key).await?.and_then(|sealed| unsealed(&sealed));
        Ok(taken.ok_or(CallbackProblem::StateUnknown)?)
    }
}

fn key(state: &str) -> String {
    format!("tx:{}", hashed(&[state.as_bytes()]))
}

/// Names the transaction in its cookie without giving the state away: 96 bits of its hash.
pub(crate) fn cookie_suffix(state: &str) -> String {
    hashed(&[b"cookie", state.as_bytes()]).chars().take(16).collect()
}
