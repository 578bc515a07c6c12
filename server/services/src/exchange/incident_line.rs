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
    /// How bad it is; may be missing only in triage and declined.
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
    /// Who declared it; null where a machine did.
    #[serde(default)]
    pub declared_by: Option<DeclaredBy>,
    /// When it was first recorded.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What happened, in order.
    pub timeline: Vec<Entry>,
}

/// Who declared an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredBy {
    /// The person's id in the tenant where they did.
    pub id: Option<UserId>,
    /// Their name at the time.
    pub name: String,
}

/// The most that a count may be, so that there is room to count on.
const MOST: u32 = 1_000_000_000;

type Fault = (&'static str, String);

/// The entry with its texts as they are kept, if it keeps the limits that its types leave open.
fn checked_entry(mut entry: Entry) -> Result<Entry, Fault> {
    if !(1..=MOST).contains(&entry.version) {
        return Err(("version", format!("must be 1 to {MOST}")));
    }
    let text = |text: &str| Summary::read(text).map(String::from).map_err(|why| why.to_string());
    entry.body = text(&entry.body).map_err(|why| ("body", why))?;
    one_line(&entry.actor_name).map_err(|why| ("actor_name", why))?;
    match &mut entry.what {
        EntryKind::FieldChanged { before, after, .. } => {
            *before = text(before).map_err(|why| ("what.before", why))?;
            *after = text(after).map_err(|why| ("what.after", why))?;
        }
        EntryKind::Import { origin } => one_line(origin).map_err(|why| ("what.origin", why))?,
        EntryKind::Declared { .. }
        | EntryKind::StatusChanged { .. }
        | EntryKind::SeverityChanged { .. }
        | EntryKind::Note => {}
    }
    Ok(entry)
}

/// A short text without control characters, which may be empty.
fn one_line(text: &str) -> Result<(), String> {
    match text.chars().position(char::is_control) {
        Some(at) => Err(format!("has a control character at position {}; remove it", at + 1)),
        None if text.chars().count() > 200 => Err("has more than 200 characters".to_owned()),
        None => Ok(()),
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
            declared_by: (it.created_by.is_some() || !it.created_by_name.is_empty())
                .then_some(DeclaredBy { id: it.created_by, name: it.created_by_name }),
            created_at: it.created_at,
            updated_at: it.updated_at,
            timeline: portable.entries,
        }
    }

    /// The incident as it is kept, if it is one that could be: what JSON alone does not check.
    pub(super) fn checked(self, now: Timestamp) -> Result<Self, String> {
        let line = self.well_formed()?;
        line.times.check(now).map_err(|invalid| format!("times.{invalid}"))?;
        let future = now.plus_seconds(300);
        let headers = [("created_at", line.created_at), ("updated_at", line.updated_at)];
        if let Some((field, at)) = headers.into_iter().find(|(_, at)| *at > future) {
            return Err(format!("{field}: is {at}, which is in the future"));
        }
        let later = |entry: &Entry| entry.occurred_at.max(entry.recorded_at) > future;
        match line.timeline.iter().position(later) {
            Some(n) => Err(format!("timeline[{n}].recorded_at: lies in the future")),
            None => Ok(line),
        }
    }

    /// [`IncidentLine::checked`] as far as it does not depend on what time it is.
    pub(super) fn well_formed(mut self) -> Result<Self, String> {
        if self.format != FORMAT {
            return Err(format!("format: must be {FORMAT}"));
        }
        if self.origin.is_empty() || self.origin.len() > 400 {
            return Err("origin: must be 1 to 400 bytes".to_owned());
        }
        if let Some(at) = self.origin.chars().position(char::is_control) {
            return Err(format!("origin: has a control character at position {}; remove it", at + 1));
        }
        if self.status == Status::Merged {
            return Err("status: no incident can be merged yet".to_owned());
        }
        let bare = matches!(self.status, Status::Triage | Status::Declined);
        if self.severity.is_none() && !bare {
            return Err(format!("severity: is needed for an incident that is {}", self.status));
        }
        self.times.check_against(self.status).map_err(|invalid| format!("times.{invalid}"))?;
        if self.reopen_count > MOST {
            return Err(format!("reopen_count: must be at most {MOST}"));
        }
        if let Some(by) = &self.declared_by {
            one_line(&by.name).map_err(|why| format!("declared_by.name: {why}"))?;
        }
        let entries = self
            .timeline
            .into_iter()
            .enumerate()
            .map(|(n, entry)| checked_entry(entry).map_err(|(field, why)| format!("timeline[{n}].{field}: {why}")));
        self.timeline = entries.collect::<Result<_, _>>()?;
        Ok(self)
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
        let (created_by, created_by_name) = self.declared_by.map(|by| (by.id, by.name)).unwrap_or_default();
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
                created_by,
                created_by_name,
                created_at: self.created_at,
                updated_at: self.updated_at,
            },
            entries,
        }
    }
}
