//! An incident and people to try things with.

use domain::{
    Actor, Incident, IncidentId, IncidentNumber, Kind, Milestones, Role, SeverityKey, Source, Status, Summary,
    TenantId, Text, Timestamp, Title, UserId, Visibility,
};
use uuid::Uuid;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000 + seconds * 1_000_000).unwrap()
}

pub fn incident(status: Status) -> Incident {
    Incident {
        id: IncidentId(Uuid::from_u128(1)),
        tenant: TenantId(Uuid::from_u128(2)),
        number: IncidentNumber(1),
        title: Title::read("Checkout is slow").unwrap(),
        summary: Summary::read("").unwrap(),
        kind: Kind::Incident,
        status,
        severity: (status != Status::Triage).then_some(SeverityKey::Sev2),
        visibility: Visibility::Tenant,
        people: vec![],
        services: vec![],
        source: Source::Manual,
        times: Milestones::declared(at(0)),
        reopen_count: 0,
        version: 1,
        created_by: None,
        created_by_name: String::new(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn actor(roles: &[Role]) -> Actor {
    Actor {
        id: UserId(Uuid::from_u128(7)),
        tenant: TenantId(Uuid::from_u128(2)),
        name: "Robin".to_owned(),
        roles: roles.iter().copied().collect(),
    }
}
