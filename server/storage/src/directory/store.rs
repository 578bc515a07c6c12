//! The port of the directory: each method is in a file beside this one.

use async_trait::async_trait;
use domain::view::PersonView;
use domain::{Service, ServiceId, Severity, Tenant, TenantId, Timestamp, UserId};
use services::audit::AuditRecord;
use services::ports::{DirectoryStore, Person, StoreError};

use crate::Records;
use crate::failure::Failure;

#[async_trait]
impl DirectoryStore for Records {
    async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, StoreError> {
        Ok(self.find_tenant(id).await?)
    }

    async fn ensure_tenant(
        &self,
        tenant: &Tenant,
        service: &Service,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError> {
        Ok(self.make_tenant(tenant, service, now, audit).await?)
    }

    async fn signed_in(&self, person: &Person, now: Timestamp, audit: &AuditRecord) -> Result<(), StoreError> {
        Ok(self.note_sign_in(person, now, audit).await?)
    }

    async fn person(&self, tenant: TenantId, id: UserId) -> Result<Option<Person>, StoreError> {
        Ok(self.find_person(tenant, id).await?)
    }

    async fn people(&self, tenant: TenantId, limit: u32) -> Result<Vec<PersonView>, StoreError> {
        Ok(self.people_of(tenant, limit).await?)
    }

    async fn names(&self, tenant: TenantId, ids: &[UserId]) -> Result<Vec<PersonView>, StoreError> {
        Ok(self.people_named(tenant, ids).await?)
    }

    async fn people_called(&self, tenant: TenantId, names: &[String]) -> Result<Vec<PersonView>, StoreError> {
        Ok(self.people_by_name(tenant, names).await?)
    }

    async fn services(&self, tenant: TenantId) -> Result<Vec<Service>, StoreError> {
        Ok(self.services_of(tenant).await?)
    }

    async fn services_by_id(&self, tenant: TenantId, ids: &[ServiceId]) -> Result<Vec<Service>, StoreError> {
        Ok(self.services_named(tenant, ids).await?)
    }

    async fn severities(&self, tenant: TenantId) -> Result<Vec<Severity>, StoreError> {
        Ok(self.severities_of(tenant).await?)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.reader.ping().await.map_err(Failure::from)?)
    }
}
