//! What may be known about a session without its cookie. The record itself opens only with the id in the cookie; beside it
//! lies this second entry, sealed under the session's handle: metadata, never a token and never the id.
//!
//! It is written before the session's record and removed before the last look at it, so that its absence is final for a
//! record that says it was listed:
//!
//! | who | in this order |
//! |---|---|
//! | a sign-in | metadata, index entries, record, then a look whether the metadata is still there |
//! | a touch | metadata, record; each only over the version that was read |
//! | the first touch of a record from before there was metadata | metadata, index entries, record over the version that was read |
//! | an end | record, metadata, the record once more if it was not there, index entries |
//!
//! A sign-in whose metadata has gone was ended while it was being made and takes its record back. A touch that finds record
//! or metadata gone removes what is left of the two. Whether a record without metadata was listed only its cookie tells, so
//! that looking at it changes nothing.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    SessionError, index,
    info::SessionInfo,
    record::SessionRecord,
    store::{Store, key},
};
use crate::{
    claims::Principal,
    config::SessionPolicy,
    events::RequestFacts,
    state::{Expected, PutOutcome, StateError, Versioned},
};

const PURPOSE: &str = "session metadata";

/// A sign-in writes its record within this time of its metadata, or has failed.
const IN_THE_MAKING: Duration = Duration::minutes(1);

/// The sealed entry. New fields must have a default, or sessions go unlisted after an update.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Metadata {
    /// Who it is, without what only helps to sign in and out.
    pub(super) principal: Principal,
    #[serde(with = "time::serde::timestamp")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    seen_at: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    not_after: OffsetDateTime,
    user_agent: Option<String>,
    ip: Option<IpAddr>,
}

/// What a handle stands for.
pub(super) enum Found {
    /// A session in use.
    Live(Box<SessionInfo>),
    /// Nothing any more; what still points to it can go.
    Ended,
    /// Nothing that could be used now, but perhaps at another moment: a sign-in in the making, a record under a key that
    /// this ring lacks, one from before there was metadata, somebody of a tenant that is not admitted at present.
    Dormant,
}

impl Metadata {
    pub(super) fn of(record: &SessionRecord, facts: &RequestFacts, policy: SessionPolicy) -> Self {
        Self {
            principal: Principal { username: None, login_hint: None, ..record.principal.clone() },
            created_at: record.created_at,
            seen_at: record.seen_at,
            not_after: record.absolute_end(policy),
            user_agent: facts.user_agent.clone(),
            ip: facts.ip,
        }
    }

    /// The moment from which the session is over if nobody uses it.
    fn end(&self, policy: SessionPolicy) -> OffsetDateTime {
        (self.seen_at + policy.idle).min(self.created_at + policy.absolute).min(self.not_after)
    }

    fn into_info(self, handle: &str, policy: SessionPolicy) -> SessionInfo {
        SessionInfo {
            handle: handle.to_owned(),
            expires_at: self.end(policy),
            account: self.principal.account,
            tenant_id: self.principal.tenant_id,
            subject: self.principal.subject,
            name: self.principal.name,
            created_at: self.created_at,
            seen_at: self.seen_at,
            user_agent: self.user_agent,
            ip: self.ip,
        }
    }
}

fn metadata_key(handle: &str) -> String {
    format!("sess-info:{handle}")
}

fn ended_key(handle: &str) -> String {
    format!("sess-ended:{handle}")
}

impl Store {
    fn unseal_metadata(&self, handle: &str, sealed: &[u8]) -> Option<Metadata> {
        serde_json::from_slice(&self.ring.open(PURPOSE, handle.as_bytes(), sealed)?).ok()
    }

    /// Writes it for as long as the session can last at most: how long that is in fact, its record knows.
    pub(super) async fn put_metadata(
        &self,
        handle: &str,
        metadata: &Metadata,
        expected: Expected,
    ) -> Result<PutOutcome, SessionError> {
        let json = serde_json::to_vec(metadata)
            .map_err(|_| SessionError::Store("the metadata could not be written".to_owned()))?;
        let sealed = self.ring.seal(PURPOSE, handle.as_bytes(), &json)?;
        Ok(self.state.put(&metadata_key(handle), &sealed, metadata.not_after, expected).await?)
    }

    /// What is stored, still sealed.
    pub(super) async fn metadata(&self, handle: &str) -> Result<Option<Versioned>, StateError> {
        self.state.get(&metadata_key(handle)).await
    }

    /// Whether nobody has ended the session meanwhile.
    pub(super) async fn has_metadata(&self, handle: &str) -> Result<bool, StateError> {
        Ok(self.metadata(handle).await?.is_some())
    }

    /// Brings the metadata up to `record`. `false` if there is none, or if somebody else has changed or removed it since
    /// `found` was read. An address or a
    /// browser that `facts` do not tell stays what it was.
    pub(super) async fn renew_metadata(
        &self,
        handle: &str,
        found: Option<Versioned>,
        record: &SessionRecord,
        facts: &RequestFacts,
    ) -> Result<bool, SessionError> {
        let Some(found) = found else { return Ok(false) };
        let mut metadata = Metadata::of(record, facts, self.policy);
        if let Some(before) = self.unseal_metadata(handle, &found.value) {
            metadata.user_agent = metadata.user_agent.or(before.user_agent);
            metadata.ip = metadata.ip.or(before.ip);
        }
        let outcome = self.put_metadata(handle, &metadata, Expected::Version(found.version)).await?;
        Ok(matches!(outcome, PutOutcome::Stored(_)))
    }

    /// Makes a session that was stored before there was metadata one that can be found. `false` if somebody else is doing
    /// the same, or has ended it meanwhile.
    pub(super) async fn list(
        &self,
        handle: &str,
        record: &SessionRecord,
        facts: &RequestFacts,
    ) -> Result<bool, SessionError> {
        let metadata = Metadata::of(record, facts, self.policy);
        let written = self.put_metadata(handle, &metadata, Expected::Absent).await? != PutOutcome::Conflict
            // Left by somebody who got no further.
            || self.renew_metadata(handle, self.metadata(handle).await?, record, facts).await?;
        if written {
            self.add_to_index(handle, record).await?;
        }
        Ok(written)
    }

    /// What is known about the session behind `handle`.
    pub(super) async fn look_up(&self, handle: &str) -> Result<Found, StateError> {
        let Some(sealed) = self.metadata(handle).await? else {
            let unlisted = self.state.get(&key(handle)).await?.is_some();
            return Ok(if unlisted { Found::Dormant } else { Found::Ended });
        };
        let Some(metadata) = self.unseal_metadata(handle, &sealed.value) else {
            return Ok(Found::Dormant);
        };
        let now = self.now();
        let Some(record) = self.state.get(&key(handle)).await? else {
            let making = now < metadata.created_at + IN_THE_MAKING;
            return Ok(if making { Found::Dormant } else { Found::Ended });
        };
        let usable =
            now < metadata.end(self.policy) && self.ring.has_key_of(&record.value) && self.admits(&metadata.principal);
        Ok(if usable { Found::Live(Box::new(metadata.into_info(handle, self.policy))) } else { Found::Dormant })
    }

    /// Ends the session behind `handle`. Of several callers one is told whose it was, that which removed its record: a touch
    /// or a look at a list may come between and remove the metadata first, and neither tells anybody. None is told if it was
    /// over already, nor for a sign-in that has no record yet.
    pub(super) async fn end(&self, handle: &str) -> Result<Option<Principal>, StateError> {
        let known = self.metadata(handle).await?.map(|found| found.value);
        let mut deleted = self.state.delete(&key(handle)).await?;
        let taken = match self.state.take(&metadata_key(handle)).await {
            Ok(taken) => taken,
            // The session is over, and to say that it is not would be wrong. What is left of it counts for nothing.
            Err(error) if deleted => {
                tracing::warn!(%error, "the metadata of an ended session stays until it expires");
                None
            }
            Err(error) => return Err(error),
        };
        if !deleted {
            // A sign-in may have written it between the two. From here on it will see that the metadata has gone.
            deleted = self.state.delete(&key(handle)).await?;
        }
        let Some(metadata) =
            taken.or(known.filter(|_| deleted)).and_then(|sealed| self.unseal_metadata(handle, &sealed))
        else {
            return Ok(None);
        };
        self.unlist(handle, &metadata.principal).await;
        let live = self.now() < metadata.end(self.policy);
        Ok((deleted && live).then_some(metadata.principal))
    }

    /// Leaves word for the browser of a session that somebody else has ended, for as long as its cookie could have been
    /// good. Without it only a courtesy is lost.
    pub(super) async fn remember_end(&self, handle: &str) {
        let until = self.now() + self.policy.absolute;
        if let Err(error) = self.state.put(&ended_key(handle), b"", until, Expected::Any).await {
            tracing::warn!(%error, "the next sign-in of an ended session's browser will not ask which account");
        }
    }

    /// Whether somebody else has ended this session.
    pub(super) async fn was_ended(&self, handle: &str) -> Result<bool, StateError> {
        Ok(self.state.get(&ended_key(handle)).await?.is_some())
    }

    /// Writes the index entries, for as long as the session can last at most.
    pub(super) async fn add_to_index(&self, handle: &str, record: &SessionRecord) -> Result<(), StateError> {
        let (until, longest) = (record.absolute_end(self.policy), self.now() + self.policy.absolute);
        index::add(&*self.state, &record.principal, handle, until, longest.max(until)).await
    }

    /// Removes the index entries. The session is gone already: an entry that stays is passed over, and expires by itself.
    pub(super) async fn unlist(&self, handle: &str, principal: &Principal) {
        if let Err(error) = index::remove(&*self.state, principal, handle).await {
            tracing::warn!(%error, "index entries of an ended session stay until they expire");
        }
    }
}
