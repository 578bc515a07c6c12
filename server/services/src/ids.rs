//! Where new identifiers come from.

use domain::{TenantId, UserId};
use uuid::Uuid;

/// Mints identifiers. An argument, so that tests and the seed generator are deterministic.
pub trait IdSource: Send + Sync {
    /// A new `UUIDv7`, which sorts by the time it was minted.
    fn next(&self) -> Uuid;
}

/// Identifiers from the machine's clock and randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the one place that mints random ids for use cases")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The id of a person within a tenant: the same for the same subject, on every replica, without asking the store.
/// `subject` is the Entra object id, or for plain OpenID Connect the issuer and `sub`.
pub fn user_id(tenant: TenantId, subject: &str) -> UserId {
    UserId(Uuid::new_v5(&tenant.0, subject.as_bytes()))
}
