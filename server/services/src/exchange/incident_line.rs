//! One incident as one line of JSON: what `muster export` writes and `muster import` reads.

use domain::{
    Entry, EntryId, EntryKind, Incident, IncidentId, IncidentNumber, Kind, Milestones, Name, ServiceId, SeverityKey,
    Source, Status, Summary, TenantId, Text, Timestamp, Title, UserId, Visibility,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ports::Portable;

/// The word that every line starts with.
const FORMAT: &str = "muster.incident/1";

/// The export format, version 1. Times are RFC 3339 in UTC. `number` is for people: an import gives new numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentLine {
    /// Always `muster.incident/1`.
    pub format: String,
    /// Names the incident wherever it is imported; importing it twice makes it once.
    pub origin: String,
    /// Its number where it was exported.
    pub number: Option<IncidentNumber>,
    /// One line.
    pub title: Title,
    /// Markdown.
    #[serde(default)]
    pub summary: Summary,
    /// What sort it is.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// How bad it is; may be missing only in triage, declined and merged.
    pub severity: Option<SeverityKey>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The people a restricted incident is open to; those the tenant does not know are left out.
    #[serde(default)]
    pub people: Vec<UserId>,
    /// Names of services; made where they are missing.
    #[serde(default)]
    pub services: Vec<Name>,
    /// How it came to Muster.
    pub source: Source,
    /// When what happened.
    pub times: Milestones,
    /// How often it came back.
    #[serde(default)]
    pub reopen_count: u32,
    /// When it was first recorded.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What happened, in order.
    pub timeline: Vec<Entry>,
}

/// The limits of a timeline entry, which its types leave open.
fn check_entry(entry: &Entry, now: Timestamp) -> Result<(), (&'static str, String)> {
    if entry.version == 0 {
        return Err(("version", "counts from 1".to_owned()));
    }
    if entry.occurred_at.max(entry.recorded_at) > now.plus_seconds(300) {
        return Err(("recorded_at", "lies in the future".to_owned()));
    }
    let summary = |text: &str| Summary::read(text).map(drop).map_err(|why| why.to_string());
    let name = |text: &str| match text.chars().position(char::is_control) {
        Some(at) => Err(format!("has a control character at position {}; remove it", at + 1)),
        None if text.chars().count() > 200 => Err("has more than 200 characters".to_owned()),
        None => Ok(()),
    };
    summary(&entry.body).map_err(|why| ("body", why))?;
    name(&entry.actor_name).map_err(|why| ("actor_name", why))?;
    match &entry.what {
        EntryKind::FieldChanged { before, after, .. } => {
            summary(before).map_err(|why| ("what.before", why))?;
            summary(after).map_err(|why| ("what.after", why))
        }
        EntryKind::Import { origin } => name(origin).map_err(|why| ("what.origin", why)),
        EntryKind::Declared { .. }
        | EntryKind::StatusChanged { .. }
        | EntryKind::SeverityChanged { .. }
        | EntryKind::Note => Ok(()),
    }
}

impl IncidentLine {
    /// The line for an incident; `service_names` are those of its services.
    pub fn of(portable: Portable, service_names: Vec<Name>) -> Self {
        let it = portable.incident;
        Self {
            format: FORMAT.to_owned(),
            origin: portable.origin,
            number: Some(it.number),
            title: it.title,
            summary: it.summary,
            kind: it.kind,
            status: it.status,
            severity: it.severity,
            visibility: it.visibility,
            people: it.people,
            services: service_names,
            source: it.source,
            times: it.times,
            reopen_count: it.reopen_count,
            created_at: it.created_at,
            updated_at: it.updated_at,
            timeline: portable.entries,
        }
    }

    /// What JSON alone does not check.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("format: must be {FORMAT}"));
        }
        if self.origin.is_empty() || self.origin.len() > 400 {
            return Err("origin: must be 1 to 400 bytes".to_owned());
        }
        let bare = matches!(self.status, Status::Triage | Status::Declined | Status::Merged);
        if self.severity.is_none() && !bare {
            return Err(format!("severity: is needed for an incident that is {}", self.status));
        }
        self.times.check(now).map_err(|invalid| invalid.to_string())?;
        self.timeline.iter().enumerate().try_for_each(|(n, entry)| {
            check_entry(entry, now).map_err(|(field, why)| format!("timeline[{n}].{field}: {why}"))
        })
    }

    /// The incident as it is stored in `tenant`. Ids follow from tenant and origin, so that a second import meets the
    /// first one.
    pub(super) fn into_portable(self, tenant: TenantId, services: Vec<ServiceId>, people: Vec<UserId>) -> Portable {
        let id = Uuid::new_v5(&tenant.0, self.origin.as_bytes());
        let entries = self
            .timeline
            .into_iter()
            .enumerate()
            .map(|(n, entry)| Entry { id: EntryId(Uuid::new_v5(&id, n.to_string().as_bytes())), ..entry })
            .collect::<Vec<_>>();
        let version = entries.iter().map(|e| e.version).max().unwrap_or(1).max(1);
        Portable {
            origin: self.origin,
            incident: Incident {
                id: IncidentId(id),
                tenant,
                number: IncidentNumber(0),
                title: self.title,
                summary: self.summary,
                kind: self.kind,
                status: self.status,
                severity: self.severity,
                visibility: self.visibility,
                people,
                services,
                source: self.source,
                times: self.times,
                reopen_count: self.reopen_count,
                version,
                created_by: None,
                created_at: self.created_at,
                updated_at: self.updated_at,
            },
            entries,
        }
    }
}
