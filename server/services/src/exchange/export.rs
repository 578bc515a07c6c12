//! Taking incidents out.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{IncidentNumber, Name, Operation, ServiceId, allowed};
use serde_json::json;

use super::IncidentLine;
use crate::audit::{AuditRecord, Caller};
use crate::ports::{AuditStore, DirectoryStore, IncidentStore};
use crate::{Clock, IdSource, ServiceError};

const BATCH: u32 = 200;

/// Takes incidents out, one batch after the other.
#[derive(Clone)]
pub struct ExportService {
    store: Arc<dyn IncidentStore>,
    directory: Arc<dyn DirectoryStore>,
    audit: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl ExportService {
    /// Over these ports.
    pub fn new(
        store: Arc<dyn IncidentStore>,
        directory: Arc<dyn DirectoryStore>,
        audit: Arc<dyn AuditStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { store, directory, audit, clock, ids }
    }

    /// Notes in the audit log that the caller takes everything out. Comes before the first batch.
    ///
    /// # Errors
    /// Forbidden without the role; unavailable or internal if the store fails.
    pub async fn begin(&self, caller: &Caller) -> Result<(), ServiceError> {
        allowed(&caller.actor, Operation::Export)?;
        let audit = AuditRecord::of(self.ids.next(), self.clock.now(), caller, "incident.export", String::new())
            .with_detail(json!({ "format": "muster.incident/1" }));
        Ok(self.audit.append(&audit).await?)
    }

    /// The next incidents above `after`, in order of number; empty at the end.
    ///
    /// # Errors
    /// Forbidden without the role; unavailable or internal if the store fails.
    pub async fn batch(
        &self,
        caller: &Caller,
        after: Option<IncidentNumber>,
    ) -> Result<Vec<IncidentLine>, ServiceError> {
        allowed(&caller.actor, Operation::Export)?;
        let tenant = caller.actor.tenant;
        let batch = self.store.export(tenant, after, BATCH).await?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let names: HashMap<ServiceId, Name> =
            self.directory.services(tenant).await?.into_iter().map(|s| (s.id, s.name)).collect();
        let line = |portable: crate::ports::Portable| {
            let names = portable.incident.services.iter().filter_map(|id| names.get(id).cloned()).collect();
            IncidentLine::of(portable, names)
        };
        Ok(batch.into_iter().map(line).collect())
    }
}
