//! Writing a note.

use domain::{DomainError, EntryKind, IncidentNumber, Invalid, Note, Operation, Text};
use serde::{Deserialize, Serialize};

use super::input::once;
use crate::audit::Caller;
use crate::ports::{Once, Record, Scope, Written};
use crate::{IncidentService, ServiceError};

/// What somebody typed as a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddNote {
    /// Markdown.
    pub body: String,
    /// Sending the same note twice under one key writes it once.
    pub idempotency_key: Option<String>,
}

impl IncidentService {
    /// Writes a note on the timeline. Notes never conflict with anything.
    ///
    /// # Errors
    /// Forbidden without the role; not found if the incident is not in sight; invalid if the text is empty or too long;
    /// unavailable or internal if the store fails.
    pub async fn note(&self, caller: &Caller, number: IncidentNumber, note: &AddNote) -> Result<(), ServiceError> {
        let target = super::target(number);
        self.allow(caller, Operation::Note, "incident.note", &target).await?;
        let body = Note::read(&note.body).map_err(|why| Invalid::new("body", why))?;
        let key = once(note.idempotency_key.as_deref(), &(number, note))?;
        let incident = self.visible(caller, number).await?;
        let now = self.clock.now();
        let record = Record {
            entries: vec![self.entry(&caller.actor, EntryKind::Note, now, body.as_str(), incident.version)],
            audit: self.line(caller, "incident.note", target),
        };
        let scope = Scope::of(&caller.actor);
        let taken_up = incident.taken_up(now);
        match self.store.append(&scope, incident.id, now, taken_up, &record, key.as_ref()).await? {
            Once::Done(Written::Committed | Written::Stale) | Once::Before(_) => Ok(()),
            Once::Done(Written::Missing) => Err(DomainError::NotFound.into()),
            Once::KeyReused => Err(DomainError::KeyReused.into()),
        }
    }
}
