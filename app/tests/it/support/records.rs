//! Records that fit into a test. They hold what a page reads and take no changes.

use async_trait::async_trait;
use domain::view::{IncidentSummary, OrganisationView, PersonView};
use domain::{
    ClosePolicy, Entry, Incident, IncidentId, IncidentNumber, IncidentQuery, Kind, Milestones, Name, Service,
    ServiceId, Severity, SeverityKey, Source, Status, Summary, Tenant, TenantId, Text, Timestamp, Title, UserId,
    Visibility,
};
use services::audit::AuditRecord;
use services::ports::{
    AuditStore, DirectoryStore, IdempotencyKey, ImportCount, IncidentStore, NewService, Once, Person, Portable,
    Position, Record, Scope, StoreError, Written,
};
use services::sessions::LiveSession;
use uuid::Uuid;

/// Incidents with their timelines, and the services of the tenant.
#[derive(Clone, Default)]
pub struct Records {
    pub incidents: Vec<(Incident, Vec<Entry>)>,
    pub services: Vec<Service>,
    /// Where a person has been seen.
    pub organisations: Vec<OrganisationView>,
    /// Where people are signed in.
    pub sessions: Vec<LiveSession>,
    /// Answers nothing, as if the database were locked.
    pub locked: bool,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn incident(number: u32, title: &str, status: Status) -> Incident {
    let declared = at("2026-08-19T10:00:00Z");
    Incident {
        id: IncidentId(Uuid::from_u128(u128::from(number))),
        tenant: TenantId(Uuid::from_u128(2)),
        number: IncidentNumber(number),
        title: Title::read(title).unwrap(),
        summary: Summary::read("").unwrap(),
        kind: Kind::Incident,
        status,
        severity: (status != Status::Triage).then_some(SeverityKey::Sev2),
        visibility: Visibility::Tenant,
        people: vec![],
        services: vec![],
        source: Source::Manual,
        times: Milestones::declared(declared),
        reopen_count: 0,
        version: 3,
        created_by: Some(UserId(Uuid::from_u128(7))),
        created_by_name: "Robin".to_owned(),
        created_at: declared,
        updated_at: at("2026-08-19T11:30:00Z"),
    }
}

pub fn service(id: u128, name: &str) -> Service {
    Service { id: ServiceId(Uuid::from_u128(id)), name: Name::read(name).unwrap(), tier: 3 }
}

impl Records {
    pub(super) fn open(&self) -> Result<(), StoreError> {
        if self.locked { Err(StoreError::Unavailable("database is locked at /secret/path".to_owned())) } else { Ok(()) }
    }

    fn summary(&self, incident: &Incident) -> IncidentSummary {
        let named = self.services.iter().filter(|service| incident.services.contains(&service.id));
        IncidentSummary {
            number: incident.number,
            title: incident.title.to_string(),
            status: incident.status,
            severity: incident.severity,
            kind: incident.kind,
            visibility: incident.visibility,
            services: named.map(|service| service.name.to_string()).collect(),
            declared_at: incident.times.declared_at,
            impact_started_at: incident.times.impact_started_at,
            updated_at: incident.updated_at,
            version: incident.version,
        }
    }
}

#[async_trait]
impl IncidentStore for Records {
    async fn create(
        &self,
        _: &Incident,
        _: &Record,
        _: Option<&IdempotencyKey>,
    ) -> Result<Once<IncidentNumber>, StoreError> {
        Err(StoreError::Unavailable("read only".to_owned()))
    }

    async fn find(&self, _: &Scope, number: IncidentNumber) -> Result<Option<Incident>, StoreError> {
        self.open()?;
        Ok(self.incidents.iter().map(|(incident, _)| incident).find(|incident| incident.number == number).cloned())
    }

    async fn list(
        &self,
        _: &Scope,
        query: &IncidentQuery,
        after: Option<&Position>,
        limit: u32,
    ) -> Result<Vec<IncidentSummary>, StoreError> {
        self.open()?;
        let shown: Vec<_> = query.tab.statuses().collect();
        let rows = self.incidents.iter().map(|(incident, _)| incident);
        Ok(rows
            .filter(|incident| shown.contains(&incident.status))
            .filter(|incident| after.is_none_or(|after| incident.number < after.number))
            .take(limit as usize)
            .map(|incident| self.summary(incident))
            .collect())
    }

    async fn update(&self, _: &Scope, _: &Incident, _: &Record) -> Result<Written, StoreError> {
        Err(StoreError::Unavailable("read only".to_owned()))
    }

    async fn delete(&self, _: &Scope, _: IncidentId, _: Option<u32>, _: &AuditRecord) -> Result<Written, StoreError> {
        Err(StoreError::Unavailable("read only".to_owned()))
    }

    async fn append(
        &self,
        _: &Scope,
        _: IncidentId,
        _: Timestamp,
        _: Option<Timestamp>,
        _: &Record,
        _: Option<&IdempotencyKey>,
    ) -> Result<Once<Written>, StoreError> {
        Err(StoreError::Unavailable("read only".to_owned()))
    }

    async fn timeline(
        &self,
        _: &Scope,
        incident: IncidentId,
        newest_first: bool,
        _: Option<u32>,
        _: u32,
    ) -> Result<Vec<(u32, Entry)>, StoreError> {
        let found = self.incidents.iter().find(|(kept, _)| kept.id == incident);
        let entries = found.map(|(_, entries)| entries.clone()).unwrap_or_default();
        let mut rows: Vec<_> = (1..).zip(entries).collect();
        if newest_first {
            rows.reverse();
        }
        Ok(rows)
    }

    async fn changes_since(&self, _: &Scope, _: IncidentId, _: u32) -> Result<Vec<Entry>, StoreError> {
        Ok(Vec::new())
    }

    async fn import(
        &self,
        _: TenantId,
        _: &[NewService],
        _: &[Portable],
        _: &AuditRecord,
    ) -> Result<ImportCount, StoreError> {
        Err(StoreError::Unavailable("read only".to_owned()))
    }

    async fn export(&self, _: TenantId, _: Option<IncidentNumber>, _: u32) -> Result<Vec<Portable>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl DirectoryStore for Records {
    async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, StoreError> {
        self.open()?;
        let name = Name::read("Contoso").unwrap();
        Ok(Some(Tenant { id, name, close_policy: ClosePolicy::default() }))
    }

    async fn ensure_tenant(&self, _: &Tenant, _: &Service, _: Timestamp, _: &AuditRecord) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn signed_in(&self, _: &Person, _: Timestamp, _: &AuditRecord) -> Result<(), StoreError> {
        Ok(())
    }

    async fn person(&self, tenant: TenantId, id: UserId) -> Result<Option<Person>, StoreError> {
        self.open()?;
        let name = "Robin".to_owned();
        Ok(Some(Person { id, tenant, subject: "robin".to_owned(), name, home_account: None }))
    }

    async fn people(&self, tenant: TenantId, _: u32) -> Result<Vec<PersonView>, StoreError> {
        self.names(tenant, &[]).await
    }

    async fn names(&self, _: TenantId, _: &[UserId]) -> Result<Vec<PersonView>, StoreError> {
        Ok(vec![PersonView { id: UserId(Uuid::from_u128(7)), name: "Robin".to_owned() }])
    }

    async fn services(&self, _: TenantId) -> Result<Vec<Service>, StoreError> {
        Ok(self.services.clone())
    }

    async fn people_called(&self, _: TenantId, _: &[String]) -> Result<Vec<PersonView>, StoreError> {
        Ok(Vec::new())
    }

    async fn services_by_id(&self, _: TenantId, ids: &[ServiceId]) -> Result<Vec<Service>, StoreError> {
        Ok(self.services.iter().filter(|service| ids.contains(&service.id)).cloned().collect())
    }

    async fn severities(&self, _: TenantId) -> Result<Vec<Severity>, StoreError> {
        let severity = |key: SeverityKey| Severity {
            key,
            name: key.word().to_owned(),
            is_major: key.is_major(),
            update_interval_s: key.update_interval_s(),
        };
        Ok(SeverityKey::ALL.map(severity).to_vec())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.open()
    }
}

#[async_trait]
impl AuditStore for Records {
    async fn append(&self, _: &AuditRecord) -> Result<(), StoreError> {
        Ok(())
    }

    async fn recent(&self, _: TenantId, _: u32) -> Result<Vec<AuditRecord>, StoreError> {
        Ok(Vec::new())
    }
}
