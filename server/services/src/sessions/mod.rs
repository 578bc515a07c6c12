//! Where people are signed in, and signing them out from afar.
//!
//! Everybody sees and ends their own sessions; an Admin those of their own tenant. A handle of another tenant leads
//! nowhere, and people are looked up in the caller's tenant. Sessions do not live in the records, so no
//! transaction holds both: the audit log has a line before any session ends and one about what came of it.

mod device;
mod inventory;
mod list;
mod operate;
mod place;
mod revoke;

use std::sync::Arc;

use domain::{DomainError, UserId, may_sign_out};

pub use inventory::{LiveSession, SessionInventory};
pub use list::PersonSessions;
pub use revoke::Revoked;

use crate::audit::{AuditRecord, Caller};
use crate::ports::{AuditStore, DirectoryStore, Person};
use crate::{Clock, IdSource, ServiceError};

/// Sessions read at once.
const BATCH: u32 = 100;

/// The word of the audit log for seeing where others are signed in.
const LIST: &str = "session.list";
/// The word of the audit log for ending sessions.
const REVOKE: &str = "session.revoke";

/// What people do with sessions. Cheap to clone.
#[derive(Clone)]
pub struct SessionService {
    inventory: Arc<dyn SessionInventory>,
    directory: Arc<dyn DirectoryStore>,
    audit: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl SessionService {
    /// Over these ports.
    pub fn new(
        inventory: Arc<dyn SessionInventory>,
        directory: Arc<dyn DirectoryStore>,
        audit: Arc<dyn AuditStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { inventory, directory, audit, clock, ids }
    }

    /// The first line of every use case about one person. A refusal is audited.
    async fn allow(&self, caller: &Caller, whose: UserId, action: &str) -> Result<(), ServiceError> {
        if may_sign_out(&caller.actor, whose) {
            return Ok(());
        }
        self.refuse(caller, action, format!("user:{whose}")).await
    }

    /// The first line of every use case about the whole tenant. A refusal is audited.
    async fn allow_all(&self, caller: &Caller, action: &str) -> Result<(), ServiceError> {
        if domain::may(&caller.actor, domain::Operation::Sessions) {
            return Ok(());
        }
        self.refuse(caller, action, format!("tenant:{}", caller.actor.tenant)).await
    }

    async fn refuse(&self, caller: &Caller, action: &str, target: String) -> Result<(), ServiceError> {
        self.audit.append(&self.line(caller, action, target).denied()).await?;
        Err(DomainError::Forbidden.into())
    }

    /// The person, if they are of the caller's tenant.
    async fn person(&self, caller: &Caller, id: UserId) -> Result<Person, ServiceError> {
        let person = self.directory.person(caller.actor.tenant, id).await?;
        Ok(person.ok_or(DomainError::NotFound)?)
    }

    fn line(&self, caller: &Caller, action: &str, target: String) -> AuditRecord {
        AuditRecord::of(self.ids.next(), self.clock.now(), caller, action, target)
    }
}
