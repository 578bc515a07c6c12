//! The list of tenants as a page reads it.

use async_trait::async_trait;
use domain::view::OrganisationView;
use domain::{TenantId, UserId};
use services::audit::AuditRecord;
use services::ports::{Admission, AdmissionStore, StoreError};

use super::Records;

#[async_trait]
impl AdmissionStore for Records {
    async fn admission(&self, _: TenantId) -> Result<Option<Admission>, StoreError> {
        unreachable!()
    }

    async fn admissions(&self, _: Option<TenantId>, _: u32) -> Result<Vec<Admission>, StoreError> {
        unreachable!()
    }

    async fn decide(&self, _: &Admission, _: &AuditRecord) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn apply(&self, _: &Admission, _: &AuditRecord) -> Result<bool, StoreError> {
        unreachable!()
    }

    async fn organisations_of(&self, _: TenantId, _: UserId, _: u32) -> Result<Vec<OrganisationView>, StoreError> {
        if self.locked {
            return Err(StoreError::Unavailable("locked".to_owned()));
        }
        Ok(self.organisations.clone())
    }
}
