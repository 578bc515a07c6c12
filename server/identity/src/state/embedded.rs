//! Shared state in one `SQLite` file: survives a restart, and other processes on the same machine can use the same file.
//! One connection writes, several read; every change is one transaction.

mod bus;
mod counters;
mod failure;
mod leases;
mod look;
mod members;
mod open;
mod sweep;
mod values;

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{Sqlite, SqlitePool, Transaction};
use time::{Duration, OffsetDateTime};
use tokio_util::sync::DropGuard;

use crate::{
    clock::Clock,
    state::{
        SharedState,
        error::StateError,
        millis::{from_ms, to_ms},
        types::{Count, Expected, Lease, Member, PutOutcome, Subscription, Versioned},
    },
};

pub use look::EmbeddedFile;
pub use open::EmbeddedOptions;

/// The embedded adapter of [`SharedState`].
#[derive(Debug)]
pub struct EmbeddedState {
    writer: SqlitePool,
    readers: SqlitePool,
    clock: Arc<dyn Clock>,
    bus: bus::Bus,
    /// Ends the sweeper when the last handle goes.
    _sweeper: DropGuard,
}

impl EmbeddedState {
    /// A transaction that holds the write lock from its first statement, so that what it reads cannot change under it.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StateError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(failure::from_sqlx)
    }

    fn now_ms(&self) -> i64 {
        to_ms(self.clock.now())
    }
}

/// The next number of the one sequence that versions and fences are drawn from.
async fn next_number(transaction: &mut Transaction<'static, Sqlite>) -> Result<i64, StateError> {
    sqlx::query_scalar("UPDATE sequence SET n = n + 1 RETURNING n")
        .fetch_one(&mut **transaction)
        .await
        .map_err(failure::from_sqlx)
}

async fn commit(transaction: Transaction<'static, Sqlite>) -> Result<(), StateError> {
    transaction.commit().await.map_err(failure::from_sqlx)
}

#[async_trait]
impl SharedState for EmbeddedState {
    async fn get(&self, key: &str) -> Result<Option<Versioned>, StateError> {
        values::get(self, key).await
    }

    async fn put(
        &self,
        key: &str,
        value: &[u8],
        expires_at: OffsetDateTime,
        expected: Expected,
    ) -> Result<PutOutcome, StateError> {
        values::put(self, key, value, expires_at, expected).await
    }

    async fn delete(&self, key: &str) -> Result<bool, StateError> {
        values::take(self, key).await.map(|taken| taken.is_some())
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        values::take(self, key).await
    }

    async fn add_member(&self, set: &str, member: &str, expires_at: OffsetDateTime) -> Result<(), StateError> {
        members::add(self, set, member, expires_at).await
    }

    async fn remove_member(&self, set: &str, member: &str) -> Result<bool, StateError> {
        members::remove(self, set, member).await
    }

    async fn members(&self, set: &str, after: Option<&Member>, limit: u32) -> Result<Vec<Member>, StateError> {
        members::list(self, set, after, limit).await
    }

    async fn acquire_lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
        leases::acquire(self, name, ttl).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
        leases::renew(self, lease, ttl).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<bool, StateError> {
        leases::release(self, lease).await
    }

    async fn increment(&self, counter: &str, by: u32, window: Duration) -> Result<Count, StateError> {
        counters::increment(self, counter, by, window).await
    }

    async fn publish(&self, topic: &str, message: &[u8]) -> Result<(), StateError> {
        self.bus.publish(topic, message);
        Ok(())
    }

    async fn subscribe(&self, topic: &str) -> Result<Subscription, StateError> {
        Ok(self.bus.subscribe(topic))
    }

    async fn describe(&self) -> Result<String, StateError> {
        let version: String =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&self.readers).await.map_err(failure::from_sqlx)?;
        Ok(format!("SQLite {version}"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::testing::ManualClock;

    #[tokio::test]
    async fn a_transaction_that_sqlite_took_back_costs_that_change_only() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        let state = EmbeddedState::open(&folder.path().join("state.db"), clock.clone()).await.unwrap();
        let mut transaction = state.write().await.unwrap();
        // What it does where the disk is full.
        sqlx::query("ROLLBACK").execute(&mut *transaction).await.unwrap();
        assert!(commit(transaction).await.is_err());
        let later = clock.now() + Duration::HOUR;
        assert_eq!(state.put("k", b"v", later, Expected::Absent).await, Ok(PutOutcome::Stored(1)));
    }
}
