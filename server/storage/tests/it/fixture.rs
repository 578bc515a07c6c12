//! A tenant and what is needed to write for it.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::{
    ClosePolicy, Entry, EntryId, EntryKind, Incident, IncidentId, IncidentNumber, Kind, Milestones, Name, Reach,
    Service, ServiceId, SeverityKey, Source, Status, Summary, Tenant, TenantId, Text, Timestamp, Title, UserId,
    Visibility,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use services::audit::{AuditRecord, AuditResult, RequestFacts};
use services::ports::{DirectoryStore, IncidentStore, Once, Record, Scope, StoreError};
use storage::Records;
use uuid::Uuid;

pub const TENANT: TenantId = TenantId(Uuid::from_u128(0xa));
pub const OTHER: TenantId = TenantId(Uuid::from_u128(0xb));
pub const USER: UserId = UserId(Uuid::from_u128(0xc));

/// Takes the second migration back, and those after it.
pub const BEFORE_THE_LIST: &str = "alter table change drop column lost; alter table incident drop column deleted_at; \
    drop table admission; drop index app_user_by_home_account; alter table app_user drop column home_account; delete from schema_version where version >= 2";

/// An id that no other has.
pub fn id() -> Uuid {
    static LAST: AtomicU32 = AtomicU32::new(0x100);
    Uuid::from_u128(LAST.fetch_add(1, Ordering::Relaxed).into())
}

/// The instant so many seconds after 1970.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

pub async fn make_tenant(records: &Records, tenant: TenantId) {
    let name = Name::read("Acme").unwrap();
    let service = Service { id: ServiceId(id()), name: name.clone(), tier: 3 };
    let tenant = Tenant { id: tenant, name, close_policy: ClosePolicy::default() };
    assert!(records.ensure_tenant(&tenant, &service, at(0), &line(tenant.id, 0)).await.unwrap());
}

pub fn incident(tenant: TenantId) -> Incident {
    Incident {
        id: IncidentId(id()),
        tenant,
        number: IncidentNumber(0),
        title: Title::read("Checkout is slow").unwrap(),
        summary: Summary::read("").unwrap(),
        kind: Kind::Incident,
        status: Status::Investigating,
        severity: Some(SeverityKey::Sev2),
        visibility: Visibility::Tenant,
        people: Vec::new(),
        services: Vec::new(),
        source: Source::Manual,
        times: Milestones::declared(at(0)),
        reopen_count: 0,
        version: 1,
        created_by: Some(USER),
        created_by_name: "Ada".to_owned(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn line(tenant: TenantId, seconds: i64) -> AuditRecord {
    AuditRecord {
        id: id(),
        tenant,
        at: at(seconds),
        actor: Some(USER),
        actor_name: "Ada".to_owned(),
        request: RequestFacts::default(),
        action: "incident.test".to_owned(),
        target: String::new(),
        detail: serde_json::Value::Null,
        result: AuditResult::Allow,
    }
}

/// One note and an audit line.
pub fn record(tenant: TenantId, seconds: i64) -> Record {
    let note = Entry {
        id: EntryId(id()),
        what: EntryKind::Note,
        occurred_at: at(seconds),
        recorded_at: at(seconds),
        actor: Some(USER),
        actor_name: "Ada".to_owned(),
        body: "a note".to_owned(),
        version: 1,
    };
    Record { entries: vec![note], audit: line(tenant, seconds) }
}

/// Stores an incident.
pub async fn declare(records: &Records) -> Result<Incident, StoreError> {
    let mut incident = incident(TENANT);
    match records.create(&incident, &record(TENANT, 0), None).await? {
        Once::Done(number) => incident.number = number,
        other => panic!("a create without a key is always done: {other:?}"),
    }
    Ok(incident)
}

pub fn everything() -> Scope {
    Scope { tenant: TENANT, user: USER, reach: Reach::All }
}

/// Runs SQL past the store; what the database said if it refused.
pub async fn run(raw: &DatabaseConnection, sql: &str) -> Result<u64, String> {
    let done = raw.execute_unprepared(sql).await;
    done.map(|done| done.rows_affected()).map_err(|error| error.to_string())
}

/// The whole numbers that a query gives, row by row.
pub async fn numbers(raw: &DatabaseConnection, sql: &str) -> Vec<Vec<i64>> {
    let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| (0..row.column_names().len()).map(|i| row.try_get_by_index(i).unwrap()).collect()).collect()
}
