//! The list of tenants: which organisations may use this Muster.

use async_trait::async_trait;
use domain::view::OrganisationView;
use domain::{Name, Standing, TenantId, Timestamp, UserId};

use super::StoreError;
use crate::audit::AuditRecord;

/// One line of the list. A tenant can stand there before anybody of it has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Which tenant.
    pub tenant: TenantId,
    /// What to call it, if anybody has said so.
    pub name: Option<Name>,
    /// Where it stands.
    pub standing: Standing,
    /// Since when.
    pub since: Timestamp,
    /// Who decided: a command, or the way it came in by.
    pub decided_by: String,
    /// Why; may be empty.
    pub reason: String,
    /// Sessions that began before this are over, even if the tenant has been allowed again.
    pub sessions_from: Option<Timestamp>,
}

/// The list of tenants. Whatever is written comes with its line in the audit log of that tenant, in one transaction.
#[async_trait]
pub trait AdmissionStore: Send + Sync {
    /// The line of a tenant, if it has one.
    async fn admission(&self, tenant: TenantId) -> Result<Option<Admission>, StoreError>;

    /// All lines in order of tenant id, those after `after`, at most `limit`.
    async fn admissions(&self, after: Option<TenantId>, limit: u32) -> Result<Vec<Admission>, StoreError>;

    /// Writes a line over the one there may be. A name that is given is the tenant's name from now on; without one it
    /// keeps the one it has. `sessions_from` is never taken back: the later one counts.
    async fn decide(&self, admission: &Admission, audit: &AuditRecord) -> Result<(), StoreError>;

    /// Writes a line unless there is one; true if it was written. Of several at once exactly one writes.
    async fn apply(&self, admission: &Admission, audit: &AuditRecord) -> Result<bool, StoreError>;

    /// The allowed organisations in which the person behind this user has been seen, in order of name, at most `limit`:
    /// those where a user has the same home account. Just their own, or none, where no home account is known.
    async fn organisations_of(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<OrganisationView>, StoreError>;
}
