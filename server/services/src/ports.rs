//! What the use cases need from the outside. Every adapter of a port passes the same contract suite.

mod admission;
mod bell;
mod feed;
mod gatherings;

pub use admission::{Admission, AdmissionStore};
pub use bell::Bell;
pub use feed::{Change, ChangeFeed, Heard, Lost, Sight};
pub use gatherings::{Attendance, Gatherings};

use async_trait::async_trait;
use domain::view::{IncidentSummary, PersonView};
use domain::{
    Actor, Entry, Incident, IncidentId, IncidentNumber, IncidentQuery, Reach, Service, ServiceId, Severity, Tenant,
    TenantId, Timestamp, UserId,
};

use crate::audit::AuditRecord;

/// A store could not do what it was asked. Nothing of the call was committed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Locked, full, or out of reach: later may be better.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// A bug of ours or a damaged database.
    #[error("store failed: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What one person may see: in every query, so that no query can forget it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Whose incidents.
    pub tenant: TenantId,
    /// Whose eyes.
    pub user: UserId,
    /// Whether restricted incidents that do not name the person are in sight.
    pub reach: Reach,
}

impl Scope {
    /// What this person may see.
    pub fn of(actor: &Actor) -> Self {
        Self { tenant: actor.tenant, user: actor.id, reach: domain::reach(actor) }
    }
}

/// What is written beside a change of an incident, in the same transaction. The row of the change feed is the store's
/// own doing.
#[derive(Clone, Debug)]
pub struct Record {
    /// New timeline entries, in order.
    pub entries: Vec<Entry>,
    /// The line of the audit log.
    pub audit: AuditRecord,
}

/// A caller's own name for a request, so that sending it twice does it once. Kept for 24 hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 128 visible ASCII characters.
    pub key: String,
    /// SHA-256 over what was asked for.
    pub request_hash: [u8; 32],
}

/// What became of a request that carries an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once<T> {
    /// It was done now.
    Done(T),
    /// It was done before, with this result.
    Before(IncidentNumber),
    /// The key was used before for something else.
    KeyReused,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is committed.
    Committed,
    /// The incident has another version by now; nothing was written.
    Stale,
    /// There is no such incident in scope; nothing was written.
    Missing,
}

/// The place in a list after which the next page begins: the sort keys of the last row shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The row's number; decides between equal keys.
    pub number: IncidentNumber,
    /// When the row was last changed.
    pub updated_at: Timestamp,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// Its severity's rank; 9 without one.
    pub rank: u8,
}

/// An incident on its way in from a file or out to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portable {
    /// Names the thing in its source; importing the same origin again changes nothing. An incident that was declared
    /// in Muster has the origin `muster:` and its id, which `create` stores with it.
    pub origin: String,
    /// The incident. On the way in its number is a placeholder: the store gives the tenant's next one.
    pub incident: Incident,
    /// Its timeline, in order.
    pub entries: Vec<Entry>,
}

/// A service that an import needs. It is made, with its row in the change feed and its audit line, unless there is one of
/// that name; then the incidents of the batch mean that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewService {
    /// The service; its id is what the incidents of the batch call it.
    pub service: Service,
    /// The line of the audit log, if it is made.
    pub audit: AuditRecord,
}

/// What an import wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCount {
    /// New ones.
    pub created: u64,
    /// Origins that were there before.
    pub present: u64,
}

/// Incidents and their timelines.
#[async_trait]
pub trait IncidentStore: Send + Sync {
    /// Stores a new incident, giving it the tenant's next number (the number inside `incident` and in its entries'
    /// audit target is a placeholder). One transaction: counter, incident, entries, change row, audit line with the
    /// target `incident:INC-n`, idempotency key.
    async fn create(
        &self,
        incident: &Incident,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<IncidentNumber>, StoreError>;

    /// The incident with this number, if the person may see it.
    async fn find(&self, scope: &Scope, number: IncidentNumber) -> Result<Option<Incident>, StoreError>;

    /// The rows after `after`, at most `limit`.
    async fn list(
        &self,
        scope: &Scope,
        query: &IncidentQuery,
        after: Option<&Position>,
        limit: u32,
    ) -> Result<Vec<IncidentSummary>, StoreError>;

    /// Replaces the header if the stored version is `incident.version - 1`, and adds the record. One transaction.
    async fn update(&self, scope: &Scope, incident: &Incident, record: &Record) -> Result<Written, StoreError>;

    /// Deletes an incident for good in the eyes of everybody: no method finds it from then on, its number and its origin
    /// stay taken, and its row in the change feed has the next version. With a `version` only if that is the stored one.
    /// Timeline and audit log keep what they have. One transaction.
    async fn delete(
        &self,
        scope: &Scope,
        incident: IncidentId,
        version: Option<u32>,
        audit: &AuditRecord,
    ) -> Result<Written, StoreError>;

    /// Adds entries that leave the version alone (notes), moves `updated_at`, and sets `acknowledged_at` to
    /// `taken_up` if it is given and nothing else set it before. One transaction.
    async fn append(
        &self,
        scope: &Scope,
        incident: IncidentId,
        updated_at: Timestamp,
        taken_up: Option<Timestamp>,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<Written>, StoreError>;

    /// Entries of a timeline with their sequence numbers (gap-free from 1): newest first below `before` if
    /// `newest_first`, else oldest first above `before`.
    async fn timeline(
        &self,
        scope: &Scope,
        incident: IncidentId,
        newest_first: bool,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<(u32, Entry)>, StoreError>;

    /// Entries that changed the header after `version`, oldest first, at most 50.
    async fn changes_since(&self, scope: &Scope, incident: IncidentId, version: u32) -> Result<Vec<Entry>, StoreError>;

    /// Stores a batch out of a file, in one transaction; origins that are there already are left alone. `services` are
    /// found by name (letter case does not matter), or made.
    async fn import(
        &self,
        tenant: TenantId,
        services: &[NewService],
        batch: &[Portable],
        audit: &AuditRecord,
    ) -> Result<ImportCount, StoreError>;

    /// All incidents of a tenant with a number above `after`, in order of number, with their whole timelines.
    async fn export(
        &self,
        tenant: TenantId,
        after: Option<IncidentNumber>,
        limit: u32,
    ) -> Result<Vec<Portable>, StoreError>;
}

/// Tenants, people, services, severities.
#[async_trait]
pub trait DirectoryStore: Send + Sync {
    /// The tenant, if Muster knows it.
    async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, StoreError>;

    /// Makes the tenant with the five severities and one service unless it is there; true if it was made now, and only
    /// then there is an audit line. It is put on the list of tenants as allowed unless it stands there already. Safe when
    /// two replicas do it at once.
    async fn ensure_tenant(
        &self,
        tenant: &Tenant,
        service: &Service,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;

    /// Notes that a person signed in, or that somebody named them who has not: makes or refreshes their record, with the
    /// audit line, in one transaction.
    async fn signed_in(&self, person: &Person, now: Timestamp, audit: &AuditRecord) -> Result<(), StoreError>;

    /// The person of this tenant with this id, if they have ever signed in or been named.
    async fn person(&self, tenant: TenantId, id: UserId) -> Result<Option<Person>, StoreError>;

    /// People of a tenant in order of name, at most `limit`.
    async fn people(&self, tenant: TenantId, limit: u32) -> Result<Vec<PersonView>, StoreError>;

    /// Names of the people with these ids; unknown ones are left out.
    async fn names(&self, tenant: TenantId, ids: &[UserId]) -> Result<Vec<PersonView>, StoreError>;

    /// The people with these names (letter case does not matter), in order of name.
    async fn people_called(&self, tenant: TenantId, names: &[String]) -> Result<Vec<PersonView>, StoreError>;

    /// Services of a tenant in order of name.
    async fn services(&self, tenant: TenantId) -> Result<Vec<Service>, StoreError>;

    /// The services with these ids in order of name; unknown ones are left out.
    async fn services_by_id(&self, tenant: TenantId, ids: &[ServiceId]) -> Result<Vec<Service>, StoreError>;

    /// Severities of a tenant, worst first.
    async fn severities(&self, tenant: TenantId) -> Result<Vec<Severity>, StoreError>;

    /// Whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// A person as the directory keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// [`crate::user_id`] of tenant and subject.
    pub id: UserId,
    /// Whose.
    pub tenant: TenantId,
    /// The Entra object id, or issuer and `sub`.
    pub subject: String,
    /// Display name, cut to 120 characters.
    pub name: String,
    /// The account in its home tenant (`uid.utid`), where the provider says so: the same for a guest in all the tenants
    /// that have invited them.
    pub home_account: Option<String>,
}

/// The audit log.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Adds a line that stands alone (sign-out, a denial, an export).
    async fn append(&self, record: &AuditRecord) -> Result<(), StoreError>;

    /// The lines of a tenant, newest first, at most `limit`.
    async fn recent(&self, tenant: TenantId, limit: u32) -> Result<Vec<AuditRecord>, StoreError>;
}
