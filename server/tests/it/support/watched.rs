//! Shared state that tells who clears up a tenant, and holds them up.

use std::sync::Arc;

use async_trait::async_trait;
use identity::state::{Count, Expected, Lease, Member, PutOutcome, SharedState, StateError, Subscription, Versioned};
use time::{Duration, OffsetDateTime};
use tokio::sync::{Semaphore, mpsc};

/// What is done about the sessions of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Somebody has the right to clear up alone.
    Leased,
    /// Somebody does not get it.
    Refused,
    /// Somebody begins to go through all of them.
    Pass,
}

/// Passes everything on. Nobody gets to see the sessions of a tenant before the gate is closed as a semaphore, which lets all
/// through.
#[derive(Debug)]
pub struct Watched {
    pub inner: Arc<dyn SharedState>,
    pub seen: mpsc::UnboundedSender<Seen>,
    pub gate: Arc<Semaphore>,
}

#[async_trait]
impl SharedState for Watched {
    async fn members(&self, set: &str, after: Option<&Member>, limit: u32) -> Result<Vec<Member>, StateError> {
        if set.starts_with("sess-tenant:") && after.is_none() {
            // Whoever listened may have seen enough.
            let _ = self.seen.send(Seen::Pass);
            let _ = self.gate.acquire().await;
        }
        self.inner.members(set, after, limit).await
    }

    async fn acquire_lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
        let lease = self.inner.acquire_lease(name, ttl).await?;
        let _ = self.seen.send(if lease.is_some() { Seen::Leased } else { Seen::Refused });
        Ok(lease)
    }

    async fn get(&self, key: &str) -> Result<Option<Versioned>, StateError> {
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, value: &[u8], at: OffsetDateTime, was: Expected) -> Result<PutOutcome, StateError> {
        self.inner.put(key, value, at, was).await
    }

    async fn delete(&self, key: &str) -> Result<bool, StateError> {
        self.inner.delete(key).await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        self.inner.take(key).await
    }

    async fn add_member(&self, set: &str, member: &str, at: OffsetDateTime) -> Result<(), StateError> {
        self.inner.add_member(set, member, at).await
    }

    async fn remove_member(&self, set: &str, member: &str) -> Result<bool, StateError> {
        self.inner.remove_member(set, member).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
        self.inner.renew_lease(lease, ttl).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<bool, StateError> {
        self.inner.release_lease(lease).await
    }

    async fn increment(&self, counter: &str, by: u32, window: Duration) -> Result<Count, StateError> {
        self.inner.increment(counter, by, window).await
    }

    async fn publish(&self, topic: &str, message: &[u8]) -> Result<(), StateError> {
        self.inner.publish(topic, message).await
    }

    async fn subscribe(&self, topic: &str) -> Result<Subscription, StateError> {
        self.inner.subscribe(topic).await
    }
}
