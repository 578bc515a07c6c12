//! Who is at which incident just now.

use async_trait::async_trait;
use domain::{IncidentNumber, TenantId, Timestamp, UserId};

use super::StoreError;

/// Somebody is at an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attendance {
    /// Who.
    pub person: UserId,
    /// Whether they are changing it. Somebody may be there in both ways.
    pub editing: bool,
}

/// Remembers for a while who is where. Kept by no record: it is lost with the shared state, and nobody misses it.
#[async_trait]
pub trait Gatherings: Send + Sync {
    /// Who is there, at most `limit`.
    async fn at(&self, tenant: TenantId, number: IncidentNumber, limit: u32) -> Result<Vec<Attendance>, StoreError>;

    /// Somebody is there until `until`.
    async fn arrive(
        &self,
        tenant: TenantId,
        number: IncidentNumber,
        who: Attendance,
        until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Somebody is not there any more.
    async fn leave(&self, tenant: TenantId, number: IncidentNumber, who: Attendance) -> Result<(), StoreError>;
}
