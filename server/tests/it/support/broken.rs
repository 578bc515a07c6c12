//! A directory that does not answer as one should.

use async_trait::async_trait;
use domain::view::PersonView;
use domain::{Service, ServiceId, Severity, Tenant, TenantId, Timestamp, UserId};
use services::audit::AuditRecord;
use services::ports::{DirectoryStore, Person, StoreError};

/// What it does when it is asked whether it is there. It is asked nothing else.
pub enum Broken {
    /// A bug.
    Panics,
    /// Nothing, for ever.
    IsSilent,
}

#[async_trait]
impl DirectoryStore for Broken {
    async fn ping(&self) -> Result<(), StoreError> {
        match self {
            Self::Panics => panic!("the directory has a bug"),
            Self::IsSilent => std::future::pending().await,
        }
    }

    async fn tenant(&self, _: TenantId) -> Result<Option<Tenant>, StoreError> {
        unreachable!()
    }

    async fn ensure_tenant(&self, _: &Tenant, _: &Service, _: Timestamp, _: &AuditRecord) -> Result<bool, StoreError> {
        unreachable!()
    }

    async fn signed_in(&self, _: &Person, _: Timestamp, _: &AuditRecord) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn person(&self, _: TenantId, _: UserId) -> Result<Option<Person>, StoreError> {
        unreachable!()
    }

    async fn people(&self, _: TenantId, _: u32) -> Result<Vec<PersonView>, StoreError> {
        unreachable!()
    }

    async fn names(&self, _: TenantId, _: &[UserId]) -> Result<Vec<PersonView>, StoreError> {
        unreachable!()
    }

    async fn people_called(&self, _: TenantId, _: &[String]) -> Result<Vec<PersonView>, StoreError> {
        unreachable!()
    }

    async fn services(&self, _: TenantId) -> Result<Vec<Service>, StoreError> {
        unreachable!()
    }

    async fn services_by_id(&self, _: TenantId, _: &[ServiceId]) -> Result<Vec<Service>, StoreError> {
        unreachable!()
    }

    async fn severities(&self, _: TenantId) -> Result<Vec<Severity>, StoreError> {
        unreachable!()
    }
}
