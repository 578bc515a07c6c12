//! Being the one who refreshes, among all replicas.

use std::sync::{Arc, Mutex, PoisonError};

use time::{Duration, OffsetDateTime};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::{cache::TokenCache, partition::Partition};
use crate::state::{Lease, StateError};

/// When the holder crashes, somebody else goes on after this long.
const LIFE: Duration = Duration::seconds(6);
/// A lease that is wanted for longer is renewed this often, so that a slow authority lets nobody else in.
const RENEWAL: std::time::Duration = std::time::Duration::from_secs(2);

/// A lease that renews itself until it is given back, dropped or lost.
pub(super) struct HeldLease {
    cache: TokenCache,
    lease: Arc<Mutex<Lease>>,
    renewal: JoinHandle<()>,
}

impl HeldLease {
    /// The lease on `owner`, unless somebody else has it.
    pub(super) async fn take(cache: &TokenCache, owner: &Partition) -> Result<Option<Self>, StateError> {
        let Some(lease) = cache.state.acquire_lease(owner.lease(), LIFE).await? else {
            return Ok(None);
        };
        let lease = Arc::new(Mutex::new(lease));
        let renewal = tokio::spawn(renew(cache.clone(), Arc::clone(&lease)).in_current_span());
        Ok(Some(Self { cache: cache.clone(), lease, renewal }))
    }

    /// Rises with every lease on this owner.
    pub(super) fn fence(&self) -> u64 {
        self.current().fence
    }

    /// Whether nobody else can have it at this moment.
    pub(super) fn is_live(&self, now: OffsetDateTime) -> bool {
        now < self.current().expires_at
    }

    fn current(&self) -> Lease {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the next one in at once. If that fails it expires by itself.
    pub(super) async fn give_back(self) {
        self.renewal.abort();
        if let Err(error) = self.cache.state.release_lease(&self.current()).await {
            tracing::debug!(%error, "the lease of a refresh stays until it expires");
        }
    }
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

async fn renew(cache: TokenCache, lease: Arc<Mutex<Lease>>) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let current = lease.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match cache.state.renew_lease(&current, LIFE).await {
            Ok(Some(renewed)) => *lease.lock().unwrap_or_else(PoisonError::into_inner) = renewed,
            Ok(None) => {
                tracing::warn!(
                    "the lease of a refresh was lost on the way; what it brings will not overwrite anybody's"
                );
                return;
            }
            Err(error) => tracing::warn!(%error, "the lease of a refresh could not be renewed"),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::tokens::tests::bench::{Bench, person_named};

    #[tokio::test(start_paused = true)]
    async fn a_lease_that_is_dropped_is_not_renewed() {
        let bench = Bench::new(1);
        let (cache, owner) = (&bench.replicas[0].cache, Partition::of(&person_named(1)));
        let lease = HeldLease::take(cache, &owner).await.unwrap().unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(9)).await;
        assert!(HeldLease::take(cache, &owner).await.unwrap().is_none(), "it renews itself");
        drop(lease);
        tokio::time::sleep(std::time::Duration::from_secs(7)).await;
        assert!(HeldLease::take(cache, &owner).await.unwrap().is_some());
    }
}
