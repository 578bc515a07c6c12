//! What the API answers with: the views of the product, as JSON that programs can rely on.

use domain::view::{ActionView, IncidentDetail, IncidentSummary, PersonView, ServiceView, TimelineRow};
use domain::{Action, Entry, EntryKind, Kind, SeverityKey, Source, Status, Timestamp, Visibility};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;

/// One row of the list.
#[derive(Serialize, ToSchema)]
pub struct IncidentRow {
    /// What people call it, and its last part of the address.
    #[schema(example = "INC-1042")]
    number: String,
    title: String,
    #[schema(schema_with = schema::status)]
    status: Status,
    /// Null while it is in triage and nobody has said.
    #[schema(schema_with = schema::severity_or_none)]
    severity: Option<SeverityKey>,
    #[schema(schema_with = schema::kind)]
    kind: Kind,
    #[schema(schema_with = schema::visibility)]
    visibility: Visibility,
    /// Names of the services it affects, in alphabetical order.
    services: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    declared_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    impact_started_at: Option<Timestamp>,
    /// When it was last changed or written about.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(minimum = 1)]
    version: u32,
}

/// One page of the list.
#[derive(Serialize, ToSchema)]
pub struct IncidentPage {
    pub items: Vec<IncidentRow>,
    /// Asks for the page after this one, as `after`. Null on the last page.
    pub next: Option<String>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub struct Person {
    #[schema(schema_with = schema::id)]
    id: String,
    name: String,
}

/// A service.
#[derive(Serialize, ToSchema)]
pub struct Service {
    #[schema(schema_with = schema::id)]
    id: String,
    name: String,
}

/// A step that the caller may take now.
#[derive(Serialize, ToSchema)]
pub struct Step {
    #[schema(schema_with = schema::action)]
    action: Action,
    needs_reason: bool,
    needs_severity: bool,
}

/// When what happened; null for what has not.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those of the JSON")]
pub struct Times {
    #[schema(value_type = Option<String>, format = DateTime)]
    impact_started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    detected_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    declared_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    acknowledged_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    mitigated_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    impact_ended_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    cancelled_at: Option<Timestamp>,
}

/// One incident.
#[derive(Serialize, ToSchema)]
pub struct Incident {
    /// What people call it, and its last part of the address.
    #[schema(example = "INC-1042")]
    number: String,
    title: String,
    /// Markdown.
    summary: String,
    #[schema(schema_with = schema::status)]
    status: Status,
    /// Null while it is in triage and nobody has said.
    #[schema(schema_with = schema::severity_or_none)]
    severity: Option<SeverityKey>,
    #[schema(schema_with = schema::kind)]
    kind: Kind,
    #[schema(schema_with = schema::visibility)]
    visibility: Visibility,
    /// The people a restricted incident is open to.
    people: Vec<Person>,
    services: Vec<Service>,
    #[schema(schema_with = schema::source)]
    source: Source,
    times: Times,
    /// How often it came back.
    reopen_count: u32,
    /// The number in the entity tag: it goes up with every change, notes aside.
    #[schema(minimum = 1)]
    version: u32,
    /// Who declared it; empty where a machine did.
    declared_by: String,
    /// The steps that the caller may take now.
    actions: Vec<Step>,
}

/// One entry of a timeline. Which members it has depends on its kind.
#[derive(Serialize, ToSchema)]
pub struct TimelineEntry {
    #[schema(schema_with = schema::id)]
    id: String,
    /// What sort of entry it is; there may be more kinds one day.
    #[schema(example = "status_changed")]
    kind: String,
    /// The step taken (`status_changed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    action: Option<String>,
    /// The field that was edited (`field_changed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// The state, severity or text before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    before: Option<String>,
    /// The state, severity or text after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    after: Option<String>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When Muster learned of it.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Who did it, by their name at the time; empty where a machine did.
    by: String,
    /// Markdown: the note itself, or the reason for a step.
    body: String,
    /// The version of the incident after it.
    version: u32,
}

/// One row of a timeline.
#[derive(Serialize, ToSchema)]
pub struct TimelineItem {
    /// Counts up from 1 within the incident, without gaps.
    #[schema(minimum = 1)]
    pub seq: u32,
    /// What happened.
    pub entry: TimelineEntry,
}

/// One page of a timeline.
#[derive(Serialize, ToSchema)]
pub struct TimelinePage {
    pub items: Vec<TimelineItem>,
    /// Asks for the page after this one, as `after`. Null on the last page.
    pub next: Option<String>,
}

impl From<IncidentSummary> for IncidentRow {
    fn from(row: IncidentSummary) -> Self {
        Self {
            number: row.number.to_string(),
            title: row.title,
            status: row.status,
            severity: row.severity,
            kind: row.kind,
            visibility: row.visibility,
            services: row.services,
            declared_at: row.declared_at,
            impact_started_at: row.impact_started_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl From<IncidentDetail> for Incident {
    fn from(detail: IncidentDetail) -> Self {
        let times = detail.times;
        Self {
            number: detail.number.to_string(),
            title: detail.title,
            summary: detail.summary,
            status: detail.status,
            severity: detail.severity,
            kind: detail.kind,
            visibility: detail.visibility,
            people: detail.people.into_iter().map(Person::from).collect(),
            services: detail.services.into_iter().map(Service::from).collect(),
            source: detail.source,
            times: Times {
                impact_started_at: times.impact_started_at,
                detected_at: times.detected_at,
                declared_at: times.declared_at,
                acknowledged_at: times.acknowledged_at,
                mitigated_at: times.mitigated_at,
                resolved_at: times.resolved_at,
                impact_ended_at: times.impact_ended_at,
                closed_at: times.closed_at,
                cancelled_at: times.cancelled_at,
            },
            reopen_count: detail.reopen_count,
            version: detail.version,
            declared_by: detail.declared_by,
            actions: detail.actions.into_iter().map(Step::from).collect(),
        }
    }
}

impl From<PersonView> for Person {
    fn from(person: PersonView) -> Self {
        Self { id: person.id.to_string(), name: person.name }
    }
}

impl From<ServiceView> for Service {
    fn from(service: ServiceView) -> Self {
        Self { id: service.id.to_string(), name: service.name }
    }
}

impl From<ActionView> for Step {
    fn from(step: ActionView) -> Self {
        Self { action: step.action, needs_reason: step.needs_reason, needs_severity: step.needs_severity }
    }
}

impl From<TimelineRow> for TimelineItem {
    fn from(row: TimelineRow) -> Self {
        Self { seq: row.seq, entry: TimelineEntry::from(&row.entry) }
    }
}

impl From<&Entry> for TimelineEntry {
    fn from(entry: &Entry) -> Self {
        let severity = |key: &Option<SeverityKey>| key.map(|key| key.to_string());
        let (action, field, before, after) = match &entry.what {
            EntryKind::Declared { status, .. } => (None, None, None, Some(status.to_string())),
            EntryKind::StatusChanged { action, from, to, .. } => {
                (Some(action.to_string()), None, Some(from.to_string()), Some(to.to_string()))
            }
            EntryKind::SeverityChanged { from, to } => (None, None, severity(from), severity(to)),
            EntryKind::FieldChanged { field, before, after } => {
                (None, Some(field.label().to_owned()), Some(before.clone()), Some(after.clone()))
            }
            EntryKind::Note => (None, None, None, None),
            EntryKind::Import { origin } => (None, None, Some(origin.clone()), None),
        };
        Self {
            id: entry.id.to_string(),
            kind: entry.what.as_str().to_owned(),
            action,
            field,
            before,
            after,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            by: entry.actor_name.clone(),
            body: entry.body.clone(),
            version: entry.version,
        }
    }
}
