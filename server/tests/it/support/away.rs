//! Shared state that cannot be reached.

use async_trait::async_trait;
use identity::state::{Count, Expected, Lease, Member, PutOutcome, SharedState, StateError, Subscription, Versioned};
use time::{Duration, OffsetDateTime};

/// Answers nothing but that it is away.
#[derive(Debug)]
pub struct AwayState;

fn away<T>() -> Result<T, StateError> {
    Err(StateError::Unavailable { reason: "it is away".to_owned() })
}

#[async_trait]
impl SharedState for AwayState {
    async fn get(&self, _: &str) -> Result<Option<Versioned>, StateError> {
        away()
    }

    async fn put(&self, _: &str, _: &[u8], _: OffsetDateTime, _: Expected) -> Result<PutOutcome, StateError> {
        away()
    }

    async fn delete(&self, _: &str) -> Result<bool, StateError> {
        away()
    }

    async fn take(&self, _: &str) -> Result<Option<Vec<u8>>, StateError> {
        away()
    }

    async fn add_member(&self, _: &str, _: &str, _: OffsetDateTime) -> Result<(), StateError> {
        away()
    }

    async fn remove_member(&self, _: &str, _: &str) -> Result<bool, StateError> {
        away()
    }

    async fn members(&self, _: &str, _: Option<&Member>, _: u32) -> Result<Vec<Member>, StateError> {
        away()
    }

    async fn acquire_lease(&self, _: &str, _: Duration) -> Result<Option<Lease>, StateError> {
        away()
    }

    async fn renew_lease(&self, _: &Lease, _: Duration) -> Result<Option<Lease>, StateError> {
        away()
    }

    async fn release_lease(&self, _: &Lease) -> Result<bool, StateError> {
        away()
    }

    async fn increment(&self, _: &str, _: u32, _: Duration) -> Result<Count, StateError> {
        away()
    }

    async fn publish(&self, _: &str, _: &[u8]) -> Result<(), StateError> {
        away()
    }

    async fn subscribe(&self, _: &str) -> Result<Subscription, StateError> {
        away()
    }
}
