//! The header of an incident as a row, and back.

use domain::{Incident, IncidentId, IncidentNumber, Milestones, Phase, ServiceId, Status, TenantId, UserId};
use sea_orm::ActiveValue::Set;

use crate::failure::Failure;
use crate::stored::{count, instant, instant_if, micros_if, rank, read, severity};
use crate::table::incident::{ActiveModel, Model};

/// The columns that a change of the header may set.
pub(super) fn changing(incident: &Incident) -> ActiveModel {
    let times = &incident.times;
    ActiveModel {
        title: Set(incident.title.as_str().to_owned()),
        summary: Set(incident.summary.as_str().to_owned()),
        kind: Set(incident.kind.as_str().to_owned()),
        status: Set(incident.status.as_str().to_owned()),
        active: Set(active(incident.status)),
        phase: Set(phase(incident.status.phase())),
        severity: Set(incident.severity.map(|key| i16::from(key.rank()))),
        rank: Set(rank(incident.severity)),
        visibility: Set(incident.visibility.as_str().to_owned()),
        impact_started_at: Set(micros_if(times.impact_started_at)),
        detected_at: Set(micros_if(times.detected_at)),
        declared_at: Set(times.declared_at.micros()),
        acknowledged_at: Set(micros_if(times.acknowledged_at)),
        mitigated_at: Set(micros_if(times.mitigated_at)),
        resolved_at: Set(micros_if(times.resolved_at)),
        impact_ended_at: Set(micros_if(times.impact_ended_at)),
        closed_at: Set(micros_if(times.closed_at)),
        cancelled_at: Set(micros_if(times.cancelled_at)),
        reopen_count: Set(incident.reopen_count.into()),
        version: Set(incident.version.into()),
        updated_at: Set(incident.updated_at.micros()),
        ..Default::default()
    }
}

/// All columns of a new row.
pub(super) fn new_row(incident: &Incident, number: IncidentNumber, origin: &str, entries: usize) -> ActiveModel {
    ActiveModel {
        tenant: Set(incident.tenant.0),
        id: Set(incident.id.0),
        number: Set(number.0.into()),
        origin: Set(origin.to_owned()),
        source: Set(incident.source.as_str().to_owned()),
        last_seq: Set(i64::try_from(entries).unwrap_or(i64::MAX)),
        created_by: Set(incident.created_by.map(|person| person.0)),
        created_by_name: Set(incident.created_by_name.clone()),
        created_at: Set(incident.created_at.micros()),
        ..changing(incident)
    }
}

/// Whether lists of what is still open show it.
fn active(status: Status) -> bool {
    matches!(status.phase(), Phase::Pre | Phase::Live)
}

/// The number of a phase, by which a tab that shows one finds its rows.
pub(super) fn phase(phase: Phase) -> i16 {
    match phase {
        Phase::Pre => 0,
        Phase::Live => 1,
        Phase::Post => 2,
        Phase::Done => 3,
    }
}

/// The incident of a row, with its people and services, each in order.
pub(super) fn incident(row: &Model, people: Vec<UserId>, services: Vec<ServiceId>) -> Result<Incident, Failure> {
    Ok(Incident {
        times: milestones(row)?,
        id: IncidentId(row.id),
        tenant: TenantId(row.tenant),
        number: IncidentNumber(count("incident.number", row.number)?),
        title: read("incident.title", &row.title)?,
        summary: read("incident.summary", &row.summary)?,
        kind: read("incident.kind", &row.kind)?,
        status: read("incident.status", &row.status)?,
        severity: row.severity.map(severity).transpose()?,
        visibility: read("incident.visibility", &row.visibility)?,
        people,
        services,
        source: read("incident.source", &row.source)?,
        reopen_count: count("incident.reopen_count", row.reopen_count)?,
        version: count("incident.version", row.version)?,
        created_by: row.created_by.map(UserId),
        created_by_name: row.created_by_name.clone(),
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
    })
}

fn milestones(row: &Model) -> Result<Milestones, Failure> {
    Ok(Milestones {
        impact_started_at: instant_if(row.impact_started_at)?,
        detected_at: instant_if(row.detected_at)?,
        declared_at: instant(row.declared_at)?,
        acknowledged_at: instant_if(row.acknowledged_at)?,
        mitigated_at: instant_if(row.mitigated_at)?,
        resolved_at: instant_if(row.resolved_at)?,
        impact_ended_at: instant_if(row.impact_ended_at)?,
        closed_at: instant_if(row.closed_at)?,
        cancelled_at: instant_if(row.cancelled_at)?,
    })
}
