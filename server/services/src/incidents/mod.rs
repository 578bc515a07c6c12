//! Incidents: one file per use case.

mod act;
mod declare;
mod delete;
mod detail;
mod edit;
mod input;
mod list;
mod note;
mod patch;
mod timeline;

use std::sync::Arc;

use domain::{
    Actor, DomainError, Entry, EntryId, EntryKind, Incident, IncidentNumber, Operation, Timestamp, may, needs_step_up,
};

use crate::audit::{AuditRecord, Caller};
use crate::cursor::CursorKey;
use crate::directory::shown;
use crate::ports::{AuditStore, DirectoryStore, IncidentStore, Scope};
use crate::{Clock, IdSource, ServiceError};

pub use act::Act;
pub use declare::Declare;
pub use edit::Edit;
pub use note::AddNote;
pub use patch::Patch;
pub use timeline::TimelineOrder;

/// What people do with incidents. Cheap to clone.
#[derive(Clone)]
pub struct IncidentService {
    store: Arc<dyn IncidentStore>,
    directory: Arc<dyn DirectoryStore>,
    audit: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    cursors: CursorKey,
}

impl IncidentService {
    /// Over these ports.
    pub fn new(
        store: Arc<dyn IncidentStore>,
        directory: Arc<dyn DirectoryStore>,
        audit: Arc<dyn AuditStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        cursors: CursorKey,
    ) -> Self {
        Self { store, directory, audit, clock, ids, cursors }
    }

    /// The first line of every use case: may this person do this? A refusal is audited. Whoever may, but has to prove
    /// anew who they are, is not refused: they come back.
    async fn allow(
        &self,
        caller: &Caller,
        operation: Operation,
        action: &str,
        target: &str,
    ) -> Result<(), ServiceError> {
        if may(&caller.actor, operation) {
            let first = caller.request.needs_step_up && needs_step_up(operation);
            return if first { Err(DomainError::StepUp.into()) } else { Ok(()) };
        }
        self.audit.append(&self.line(caller, action, target.to_owned()).denied()).await?;
        Err(DomainError::Forbidden.into())
    }

    /// The incident, if this person may see it; otherwise there is none.
    async fn visible(&self, caller: &Caller, number: IncidentNumber) -> Result<Incident, ServiceError> {
        let found = self.store.find(&Scope::of(&caller.actor), number).await?;
        Ok(found.ok_or(DomainError::NotFound)?)
    }

    fn line(&self, caller: &Caller, action: &str, target: String) -> AuditRecord {
        AuditRecord::of(self.ids.next(), self.clock.now(), caller, action, target)
    }

    fn entry(&self, actor: &Actor, what: EntryKind, at: Timestamp, body: &str, version: u32) -> Entry {
        Entry {
            id: EntryId(self.ids.next()),
            what,
            occurred_at: at,
            recorded_at: at,
            actor: Some(actor.id),
            actor_name: shown(&actor.name),
            body: body.to_owned(),
            version,
        }
    }
}

fn target(number: IncidentNumber) -> String {
    format!("incident:{number}")
}
