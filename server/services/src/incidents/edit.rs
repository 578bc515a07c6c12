//! Changing what an incident says about itself.

use domain::{
    DomainError, EntryKind, Field, Incident, IncidentNumber, Operation, ServiceId, SeverityKey, Summary, Title, UserId,
    Visibility, may,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::input::{Fields, NAMED_BUT_OPEN, distinct};
use crate::audit::Caller;
use crate::ports::{Record, Scope, Written};
use crate::{IncidentService, ServiceError};

/// What somebody typed into the form for editing: all of it, changed or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The version they were looking at.
    pub version: u32,
    /// One line.
    pub title: String,
    /// Markdown; may be empty.
    pub summary: String,
    /// Cannot be taken away once it is there.
    pub severity: Option<SeverityKey>,
    /// What it affects.
    pub services: Vec<ServiceId>,
    /// Whether it is open only to the people named; none leaves that and the people as they are.
    pub restricted: Option<bool>,
    /// The people a restricted incident is open to.
    pub people: Vec<UserId>,
    /// More of them by their names, one a line: a form does not offer everybody.
    pub others: String,
}

impl IncidentService {
    /// Edits an incident: one timeline entry per field that changed; nothing changed is no error.
    ///
    /// # Errors
    /// Forbidden without the role; not found if the incident is not in sight; stale if somebody changed it since
    /// `edit.version`; invalid with every field that is wrong; unavailable or internal if the store fails.
    pub async fn edit(&self, caller: &Caller, number: IncidentNumber, edit: &Edit) -> Result<(), ServiceError> {
        let target = super::target(number);
        self.allow(caller, Operation::Edit, "incident.edit", &target).await?;
        let before = self.visible(caller, number).await?;
        if !edit.others.trim().is_empty() {
            // Who is there is told only to those who may name them.
            self.allow(caller, Operation::Restrict, "incident.restrict", &target).await?;
        }
        let mut after = self.plan_edit(caller, &before, edit).await?;
        if before.version != edit.version {
            return Err(self.stale(caller, number, edit.version).await?);
        }
        let kinds = self.differences(&before, &after).await?;
        if kinds.is_empty() {
            return Ok(());
        }
        let restricts = before.visibility != after.visibility || before.people != after.people;
        if restricts {
            self.allow(caller, Operation::Restrict, "incident.restrict", &target).await?;
        }
        let now = self.clock.now();
        after.version += 1;
        after.updated_at = now;
        after.times.acknowledged_at = after.times.acknowledged_at.or(before.taken_up(now));
        let words: Vec<String> = kinds.iter().map(word).collect();
        let entries = kinds.into_iter().map(|kind| self.entry(&caller.actor, kind, now, "", after.version)).collect();
        let audit = self.line(caller, "incident.edit", target).with_detail(json!({ "fields": words }));
        match self.store.update(&Scope::of(&caller.actor), &after, &Record { entries, audit }).await? {
            Written::Committed => Ok(()),
            Written::Stale => Err(self.stale(caller, number, edit.version).await?),
            Written::Missing => Err(DomainError::NotFound.into()),
        }
    }

    async fn plan_edit(&self, caller: &Caller, before: &Incident, edit: &Edit) -> Result<Incident, ServiceError> {
        let mut fields = Fields::default();
        let title = fields.read::<Title>("title", &edit.title);
        let summary = fields.read::<Summary>("summary", &edit.summary);
        if before.severity.is_some() && edit.severity.is_none() {
            fields.fault("severity", "cannot be taken away; choose the one that fits best");
        }
        let services = distinct(&edit.services);
        let (visibility, people) = match edit.restricted {
            None => (before.visibility, before.people.clone()),
            Some(false) => {
                // Whoever opens an incident to all need not take off everybody who was on it.
                if edit.people.iter().any(|person| !before.people.contains(person)) || !edit.others.trim().is_empty() {
                    fields.fault("people", NAMED_BUT_OPEN);
                }
                (Visibility::Tenant, Vec::new())
            }
            Some(true) => {
                let mut people = edit.people.clone();
                people.extend(self.called(before.tenant, &edit.others, &mut fields).await?);
                // Whoever restricts an incident must not lock themselves out of it. An Admin who edits one that is
                // restricted already sees it without being named, and stays unnamed.
                let inside = before.visibility == Visibility::Tenant || before.people.contains(&caller.actor.id);
                if inside && may(&caller.actor, Operation::Restrict) {
                    people.push(caller.actor.id);
                }
                (Visibility::Restricted, distinct(&people))
            }
        };
        let newly_named: Vec<_> =
            people.iter().copied().filter(|p| !before.people.contains(p) && *p != caller.actor.id).collect();
        self.check_references(before.tenant, &services, &newly_named, &mut fields).await?;
        fields.finish()?;
        let (Some(title), Some(summary)) = (title, summary) else {
            return Err(DomainError::Invalid(Vec::new()).into());
        };
        Ok(Incident {
            title,
            summary,
            severity: edit.severity.or(before.severity),
            services,
            visibility,
            people,
            ..before.clone()
        })
    }

    /// One entry per field that differs.
    async fn differences(&self, before: &Incident, after: &Incident) -> Result<Vec<EntryKind>, ServiceError> {
        let mut kinds = Vec::new();
        let mut text = |field, before: String, after: String| {
            if before != after {
                kinds.push(EntryKind::FieldChanged { field, before, after });
            }
        };
        text(Field::Title, before.title.to_string(), after.title.to_string());
        text(Field::Summary, before.summary.to_string(), after.summary.to_string());
        text(Field::Visibility, before.visibility.to_string(), after.visibility.to_string());
        if distinct(&before.services) != after.services {
            let names = |services: Vec<domain::Service>| {
                services.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", ")
            };
            let (old, new) = (self.services_of(before).await?, self.services_of(after).await?);
            text(Field::Services, names(old), names(new));
        }
        if distinct(&before.people) != after.people {
            let old = self.directory.names(before.tenant, &before.people).await?;
            let new = self.directory.names(before.tenant, &after.people).await?;
            let names = |people: &[domain::view::PersonView]| {
                people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ")
            };
            text(Field::People, names(&old), names(&new));
        }
        if before.severity != after.severity {
            kinds.push(EntryKind::SeverityChanged { from: before.severity, to: after.severity });
        }
        Ok(kinds)
    }
}

/// The field an entry is about, for the audit line.
fn word(kind: &EntryKind) -> String {
    match kind {
        EntryKind::FieldChanged { field, .. } => field.label().to_owned(),
        other => other.as_str().to_owned(),
    }
}
