//! Where the records are: one sealed value for each owner, so that a read costs one round trip however many owners there are,
//! and a write can lose nobody else's tokens.

use std::{fmt, sync::Arc};

use time::{Duration, OffsetDateTime};

use super::{partition::Partition, record::TokenRecord};
use crate::{
    clock::Clock,
    key_ring::KeyRing,
    seal::SealError,
    state::{Expected, PutOutcome, SharedState, StateError},
};

/// What records are sealed for.
pub(crate) const PURPOSE: &str = "tokens";
/// How long an emptied record stays: long enough for nothing, its version alone keeps late writers out.
const EMPTIED: Duration = Duration::MINUTE;

/// The records in shared state.
#[derive(Clone)]
pub(crate) struct TokenCache {
    pub(super) state: Arc<dyn SharedState>,
    ring: KeyRing,
    pub(super) clock: Arc<dyn Clock>,
    /// As long as a session may last: whoever has a session has tokens.
    life: Duration,
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("life", &self.life).finish_non_exhaustive()
    }
}

/// A record as it was read.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) record: TokenRecord,
    pub(super) version: u64,
}

/// Why a record could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CacheError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl TokenCache {
    pub(crate) fn new(state: Arc<dyn SharedState>, ring: KeyRing, clock: Arc<dyn Clock>, life: Duration) -> Self {
        Self { state, ring, clock, life }
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The record, if there is one. One that does not open counts as none: its key has left the ring, and its owner signs in
    /// again.
    pub(super) async fn read(&self, owner: &Partition) -> Result<Option<Held>, StateError> {
        Ok(self
            .state
            .get(&owner.key)
            .await?
            .map(|found| Held { record: self.unseal(owner, &found.value).unwrap_or_default(), version: found.version }))
    }

    pub(super) fn unseal(&self, owner: &Partition, sealed: &[u8]) -> Option<TokenRecord> {
        serde_json::from_slice(&self.ring.open(PURPOSE, owner.key.as_bytes(), sealed)?).ok()
    }

    /// Writes the record over `expected`, for as long as a session that begins now may last.
    pub(super) async fn write(
        &self,
        owner: &Partition,
        record: &TokenRecord,
        expected: Expected,
    ) -> Result<PutOutcome, CacheError> {
        self.write_until(owner, record, self.now() + self.life, expected).await
    }

    pub(super) async fn write_until(
        &self,
        owner: &Partition,
        record: &TokenRecord,
        until: OffsetDateTime,
        expected: Expected,
    ) -> Result<PutOutcome, CacheError> {
        let json = serde_json::to_vec(record)
            .map_err(|_| StateError::Damaged { reason: "a token record could not be written".to_owned() })?;
        let sealed = self.ring.seal(PURPOSE, owner.key.as_bytes(), &json)?;
        Ok(self.state.put(&owner.key, &sealed, until, expected).await?)
    }

    /// Empties the record if it is still at `version`. Whoever read it before can write no more.
    pub(super) async fn empty(&self, owner: &Partition, version: u64) -> Result<PutOutcome, CacheError> {
        let until = self.now() + EMPTIED;
        self.write_until(owner, &TokenRecord::default(), until, Expected::Version(version)).await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use crate::{
        state::PutOutcome,
        tokens::{
            partition::Partition,
            tests::bench::{Bench, person_named},
        },
    };

    #[tokio::test(start_paused = true)]
    async fn a_record_opens_for_its_owner_only() {
        let bench = Bench::new(1);
        bench.sign_in(0, 1).await;
        let (one, other) = (Partition::of(&person_named(1)), Partition::of(&person_named(2)));
        let cache = &bench.replicas[0].cache;
        let kept = cache.state.get(&one.key).await.unwrap().unwrap().value;
        assert!(cache.unseal(&one, &kept).is_some() && cache.unseal(&other, &kept).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_somebody_has_written_since_is_not_emptied() {
        let bench = Bench::new(1);
        bench.sign_in(0, 1).await;
        let (owner, cache) = (Partition::of(&person_named(1)), &bench.replicas[0].cache);
        let before = cache.read(&owner).await.unwrap().unwrap();
        bench.sign_in(0, 1).await;
        assert_eq!(cache.empty(&owner, before.version).await.unwrap(), PutOutcome::Conflict);
        assert!(cache.read(&owner).await.unwrap().unwrap().record.refresh.is_some());
    }
}
