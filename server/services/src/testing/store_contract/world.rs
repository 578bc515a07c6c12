//! The stores under test, and a small world to put into them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::{
    ClosePolicy, Entry, EntryId, EntryKind, Incident, IncidentId, IncidentNumber, Kind, Milestones, Name, Reach,
    Service, ServiceId, SeverityKey, Source, Status, Summary, Tenant, TenantId, Text, Timestamp, Title, UserId,
    Visibility,
};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{AuditRecord, AuditResult, RequestFacts};
use crate::ports::{
    AdmissionStore, AuditStore, ChangeFeed, DirectoryStore, IncidentStore, NewService, Once, Record, Scope,
};
use crate::testing::AuditChain;

/// The ports of one store, and what a test may ask of it besides.
#[derive(Clone)]
pub struct Stores {
    /// Incidents.
    pub incidents: Arc<dyn IncidentStore>,
    /// Tenants, people, services.
    pub directory: Arc<dyn DirectoryStore>,
    /// The list of tenants.
    pub admissions: Arc<dyn AdmissionStore>,
    /// The audit log.
    pub audit: Arc<dyn AuditStore>,
    /// What has changed.
    pub feed: Arc<dyn ChangeFeed>,
    /// Whether the audit log is whole.
    pub chain: Arc<dyn AuditChain>,
}

impl<T> From<T> for Stores
where
    T: IncidentStore + DirectoryStore + AdmissionStore + AuditStore + ChangeFeed + AuditChain + 'static,
{
    fn from(store: T) -> Self {
        let store = Arc::new(store);
        Self {
            incidents: store.clone(),
            directory: store.clone(),
            admissions: store.clone(),
            audit: store.clone(),
            feed: store.clone(),
            chain: store,
        }
    }
}

/// The instant so many seconds into the test's own day.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_787_000_000_123_456).unwrap().plus_seconds(seconds)
}

/// An id that no other has.
pub(super) fn id() -> Uuid {
    static LAST: AtomicU32 = AtomicU32::new(0);
    Uuid::from_u128((0x0198 << 112) | u128::from(LAST.fetch_add(1, Ordering::Relaxed)))
}

/// A tenant with one service, and a person who acts in it.
pub(super) struct World {
    pub stores: Stores,
    pub tenant: TenantId,
    pub user: UserId,
    pub service: ServiceId,
}

impl World {
    /// A new tenant among these stores.
    pub(super) async fn new(stores: &Stores) -> Self {
        let world =
            Self { stores: stores.clone(), tenant: TenantId(id()), user: UserId(id()), service: ServiceId(id()) };
        let (tenant, service) = (world.tenant(), world.service());
        let line = world.line("tenant.create", at(0));
        let made = stores.directory.ensure_tenant(&tenant, &service, at(0), &line).await.unwrap();
        assert!(made);
        world
    }

    pub(super) fn tenant(&self) -> Tenant {
        Tenant {
            id: self.tenant,
            name: Name::read("Örtliche Betriebe").unwrap(),
            close_policy: ClosePolicy { summary: true, ..ClosePolicy::default() },
        }
    }

    pub(super) fn service(&self) -> Service {
        Service { id: self.service, name: Name::read("General").unwrap(), tier: 2 }
    }

    /// What a person sees who is no Admin.
    pub(super) fn scope(&self, user: UserId) -> Scope {
        Scope { tenant: self.tenant, user, reach: Reach::Named }
    }

    /// What an Admin sees.
    pub(super) fn all(&self) -> Scope {
        Scope { tenant: self.tenant, user: self.user, reach: Reach::All }
    }

    /// An incident that is not stored yet.
    pub(super) fn incident(&self) -> Incident {
        let mut times = Milestones::declared(at(0));
        times.acknowledged_at = Some(at(0));
        Incident {
            id: IncidentId(id()),
            tenant: self.tenant,
            number: IncidentNumber(0),
            title: Title::read("Checkout is slow").unwrap(),
            summary: Summary::read("").unwrap(),
            kind: Kind::Incident,
            status: Status::Investigating,
            severity: Some(SeverityKey::Sev3),
            visibility: Visibility::Tenant,
            people: Vec::new(),
            services: vec![self.service],
            source: Source::Manual,
            times,
            reopen_count: 0,
            version: 1,
            created_by: Some(self.user),
            created_by_name: "Ada Lovelace".to_owned(),
            created_at: at(0),
            updated_at: at(0),
        }
    }

    /// An audit line with an id of its own.
    pub(super) fn line(&self, action: &str, now: Timestamp) -> AuditRecord {
        AuditRecord {
            id: id(),
            tenant: self.tenant,
            at: now,
            actor: Some(self.user),
            actor_name: "Ada Lovelace".to_owned(),
            request: RequestFacts::default(),
            action: action.to_owned(),
            target: String::new(),
            detail: json!(null),
            result: AuditResult::Allow,
        }
    }

    /// The entry that the incident was declared.
    pub(super) fn declared(&self) -> Entry {
        let what = EntryKind::Declared { status: Status::Investigating, severity: Some(SeverityKey::Sev3) };
        self.entry(what, "", 1)
    }

    /// A note.
    pub(super) fn note(&self, body: &str) -> Entry {
        self.entry(EntryKind::Note, body, 1)
    }

    pub(super) fn entry(&self, what: EntryKind, body: &str, version: u32) -> Entry {
        Entry {
            id: EntryId(id()),
            what,
            occurred_at: at(1),
            recorded_at: at(2),
            actor: Some(self.user),
            actor_name: "Ada Lovelace".to_owned(),
            body: body.to_owned(),
            version,
        }
    }

    /// Entries with an audit line.
    pub(super) fn record(&self, entries: Vec<Entry>) -> Record {
        Record { entries, audit: self.line("incident.test", at(0)) }
    }

    /// Stores an incident and gives it back with its number.
    pub(super) async fn declare(&self, change: impl FnOnce(&mut Incident)) -> Incident {
        let mut incident = self.incident();
        change(&mut incident);
        let record = self.record(vec![self.declared()]);
        let Once::Done(number) = self.stores.incidents.create(&incident, &record, None).await.unwrap() else {
            panic!("a create without a key is always done");
        };
        incident.number = number;
        incident
    }

    /// The next version of an incident, with another title.
    pub(super) fn renamed(incident: &Incident, title: &str) -> Incident {
        Incident {
            title: Title::read(title).unwrap(),
            version: incident.version + 1,
            updated_at: incident.updated_at.plus_seconds(60),
            ..incident.clone()
        }
    }

    /// How many lines the audit log has, after the one about the tenant itself.
    pub(super) async fn lines(&self) -> usize {
        self.stores.audit.recent(self.tenant, 1_000).await.unwrap().len() - 1
    }

    /// A service that an import would make.
    pub(super) fn new_service(&self, name: &str) -> NewService {
        NewService {
            service: Service { id: ServiceId(id()), name: Name::read(name).unwrap(), tier: 3 },
            audit: self.line("service.create", at(0)),
        }
    }

    /// Makes services.
    pub(super) async fn make_services(&self, services: &[NewService]) {
        let line = self.line("incident.import", at(0));
        self.stores.incidents.import(self.tenant, services, &[], &line).await.unwrap();
    }

    /// The sequence numbers of a timeline, oldest first.
    pub(super) async fn sequence(&self, incident: IncidentId) -> Vec<u32> {
        let scope = self.all();
        let rows = self.stores.incidents.timeline(&scope, incident, false, None, 1_000);
        rows.await.unwrap().into_iter().map(|(seq, _)| seq).collect()
    }
}
