//! Nothing changes and nobody is anywhere.

use async_trait::async_trait;
use domain::{IncidentNumber, TenantId, Timestamp};
use services::ports::{Attendance, Bell, ChangeFeed, Gatherings, Heard, Sight, StoreError};

pub struct Alone;

#[async_trait]
impl ChangeFeed for Alone {
    async fn head(&self, _: TenantId) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn heard(&self, _: TenantId, _: u64, _: u32) -> Result<Heard, StoreError> {
        Ok(Heard::Changes { head: 0, changes: Vec::new() })
    }

    async fn sight(&self, _: TenantId, _: IncidentNumber) -> Result<Option<Sight>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl Gatherings for Alone {
    async fn at(&self, _: TenantId, _: IncidentNumber, _: u32) -> Result<Vec<Attendance>, StoreError> {
        Ok(Vec::new())
    }

    async fn arrive(&self, _: TenantId, _: IncidentNumber, _: Attendance, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn leave(&self, _: TenantId, _: IncidentNumber, _: Attendance) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Bell for Alone {
    fn changed(&self, _: TenantId) {}

    fn gathered(&self, _: TenantId, _: IncidentNumber) {}
}
