//! The port on which sessions and transactions live: versioned values with expiry, index sets, leases, counters and
//! publish/subscribe. Adapters differ in where the bytes are; one contract suite
//! (`identity::testing::shared_state_contract`, feature `testing`) says what all of them do.
//!
//! Everything in here is ephemeral by design: each entry carries the moment from which it counts as absent. Keys may
//! be seen by operators, so callers hash whatever is secret before it becomes a part of a key.

mod embedded;
mod error;
pub(crate) mod millis;
mod types;

use std::fmt::Debug;

use async_trait::async_trait;
use time::{Duration, OffsetDateTime};

pub use embedded::{EmbeddedFile, EmbeddedOptions, EmbeddedState};
pub use error::StateError;
pub use types::{Count, Delivery, Expected, Lease, Member, PutOutcome, Subscription, SubscriptionEnd, Versioned};

/// State shared by all replicas of an application.
///
/// An entry past its `expires_at` is absent for every operation, whether or not it has been swept.
///
/// # Errors
/// Every operation fails with a [`StateError`]. It has then changed nothing, but for one case: where the store is on another
/// machine, [`StateError::Unavailable`] can also mean that the answer was lost, and then nobody knows.
#[async_trait]
pub trait SharedState: Debug + Send + Sync + 'static {
    /// The value under `key` with its version.
    async fn get(&self, key: &str) -> Result<Option<Versioned>, StateError>;

    /// Writes `value` under `key` if what is there now is as `expected`. A version is never used twice, not even for
    /// another value under the same key after a deletion, so a late writer cannot bring a deleted value back.
    async fn put(
        &self,
        key: &str,
        value: &[u8],
        expires_at: OffsetDateTime,
        expected: Expected,
    ) -> Result<PutOutcome, StateError>;

    /// Removes `key`; says whether it was there.
    async fn delete(&self, key: &str) -> Result<bool, StateError>;

    /// Reads and removes `key` in one step: of several callers exactly one gets the value.
    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StateError>;

    /// Adds `member` to `set`, or moves the expiry of a member that is there.
    async fn add_member(&self, set: &str, member: &str, expires_at: OffsetDateTime) -> Result<(), StateError>;

    /// Removes `member` from `set`; says whether it was there.
    async fn remove_member(&self, set: &str, member: &str) -> Result<bool, StateError>;

    /// The members of `set` that come after `after`, at most `limit`: earliest expiry first, then by name (bytewise). The
    /// last member of one page is the `after` of the next.
    async fn members(&self, set: &str, after: Option<&Member>, limit: u32) -> Result<Vec<Member>, StateError>;

    /// Takes the lease `name` for `ttl` if nobody holds it. Its fence is higher than that of every lease before it.
    async fn acquire_lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError>;

    /// Prolongs a lease from now by `ttl`; `None` if it is no longer the caller's.
    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError>;

    /// Gives a lease back; `false` if it was no longer the caller's, in which case nothing changes.
    async fn release_lease(&self, lease: &Lease) -> Result<bool, StateError>;

    /// Adds `by` to `counter`. The first increment opens a window after which the counter starts again from zero.
    async fn increment(&self, counter: &str, by: u32, window: Duration) -> Result<Count, StateError>;

    /// Sends `message` to everyone subscribed to `topic` at this moment. Delivery is at most once.
    async fn publish(&self, topic: &str, message: &[u8]) -> Result<(), StateError>;

    /// Receives what is published on `topic` from now on.
    async fn subscribe(&self, topic: &str) -> Result<Subscription, StateError>;

    /// What keeps the state, with its version, in words for an operator, such as `SQLite 3.50.2`. Neither an address nor a
    /// secret. An adapter that does not know its version says only that it answers.
    async fn describe(&self) -> Result<String, StateError> {
        self.get("describe").await.map(|_| "an unnamed store".to_owned())
    }
}
