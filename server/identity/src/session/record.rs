//! The session record and the rules of its life.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::active::ActiveSession;
use crate::{claims::Principal, config::SessionPolicy};

/// What is sealed and stored. New fields must have a default, or everyone is signed out by an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    pub(super) principal: Principal,
    #[serde(with = "time::serde::timestamp")]
    pub(super) created_at: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    pub(super) seen_at: OffsetDateTime,
    /// Whether its metadata and all index entries were written before it. Not so if it was stored before there were any:
    /// its next use makes up for that.
    #[serde(default)]
    pub(super) listed: bool,
    /// Its index entries last until then, and so does it, even if the policy becomes more generous: a session that nobody
    /// can find could not be ended from elsewhere. Written with the first use if it was stored before there was this field.
    #[serde(default, with = "time::serde::timestamp::option")]
    pub(super) not_after: Option<OffsetDateTime>,
}

impl SessionRecord {
    pub(crate) fn new(principal: Principal, now: OffsetDateTime, policy: SessionPolicy) -> Self {
        let not_after = Some(now + policy.absolute);
        Self { principal, created_at: now, seen_at: now, listed: true, not_after }
    }

    pub(super) fn absolute_end(&self, policy: SessionPolicy) -> OffsetDateTime {
        let end = self.created_at + policy.absolute;
        self.not_after.map_or(end, |not_after| not_after.min(end))
    }

    pub(super) fn end(&self, policy: SessionPolicy) -> OffsetDateTime {
        self.absolute_end(policy).min(self.seen_at + policy.idle)
    }

    /// Whether enough time has passed to note a use, or the session cannot be found without its cookie yet.
    pub(super) fn wants_touch(&self, policy: SessionPolicy, now: OffsetDateTime) -> bool {
        !self.listed || now - self.seen_at >= policy.touch_after
    }

    pub(super) fn into_active(self, handle: String, epoch: u64, policy: SessionPolicy) -> ActiveSession {
        ActiveSession {
            handle,
            created_at: self.created_at,
            seen_at: self.seen_at,
            idle_expires_at: self.seen_at + policy.idle,
            absolute_expires_at: self.absolute_end(policy),
            epoch,
            principal: Arc::new(self.principal),
        }
    }
}
