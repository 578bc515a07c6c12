//! Taking incidents in.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use domain::{Name, Operation, ServiceId, TenantId, Timestamp, allowed};
use serde_json::json;
use uuid::Uuid;

use super::fault::{Faults, ImportError};
use super::incident_line::IncidentLine;
use super::lines;
use crate::audit::{AuditRecord, Caller};
use crate::ports::{DirectoryStore, ImportCount, IncidentStore, Portable};
use crate::{Clock, IdSource, ServiceError};

/// Incidents written in one transaction.
const BATCH: usize = 200;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One [`IncidentLine`] a line: what `muster export` writes.
    JsonLines,
    /// The CSV layout of the Cloud Uptime Archive, its times placed at the anchor.
    UptimeArchive(super::Anchor),
}

/// A file that can be opened more than once.
pub struct ImportFile<'a> {
    /// Its name, for messages; the last part of it is part of the identity of an archive's rows.
    pub name: String,
    /// How it is laid out.
    pub format: Format,
    /// Opens it at the beginning.
    pub open: Box<dyn Fn() -> std::io::Result<Box<dyn BufRead + Send + 'a>> + Send + Sync + 'a>,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Incidents looked at in the first reading.
    Checked(u64),
    /// Incidents written so far, out of those in the file.
    Written {
        /// Written or found to be there.
        done: u64,
        /// In the file.
        total: u64,
    },
}

/// Takes incidents in from files.
#[derive(Clone)]
pub struct ImportService {
    store: Arc<dyn IncidentStore>,
    directory: Arc<dyn DirectoryStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl ImportService {
    /// Over these ports.
    pub fn new(
        store: Arc<dyn IncidentStore>,
        directory: Arc<dyn DirectoryStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { store, directory, clock, ids }
    }

    /// Imports a file into the caller's tenant. Running it again adds only what is not there yet.
    ///
    /// # Errors
    /// [`ImportError`]; with faults or a wrong anchor nothing was written.
    pub async fn import(
        &self,
        caller: &Caller,
        file: &ImportFile<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<ImportCount, ImportError> {
        allowed(&caller.actor, Operation::Import).map_err(ServiceError::from)?;
        let now = self.clock.now();
        let total = check(file, now, progress)?;
        let mut count = ImportCount::default();
        let mut batch = Vec::with_capacity(BATCH);
        let mut done = 0;
        for item in lines::open(file, now)? {
            let item = item.map_err(|source| ImportError::Read { name: file.name.clone(), source })?;
            let (_, line) = item.map_err(|fault| changed(file, fault))?;
            batch.push(line);
            if batch.len() == BATCH {
                done += BATCH as u64;
                self.write(caller, file, std::mem::take(&mut batch), &mut count).await?;
                progress(Progress::Written { done, total });
            }
        }
        if !batch.is_empty() {
            self.write(caller, file, batch, &mut count).await?;
            progress(Progress::Written { done: total, total });
        }
        Ok(count)
    }

    async fn write(
        &self,
        caller: &Caller,
        file: &ImportFile<'_>,
        lines: Vec<IncidentLine>,
        count: &mut ImportCount,
    ) -> Result<(), ServiceError> {
        let tenant = caller.actor.tenant;
        let services = self.services(tenant, &lines).await?;
        let mut named: Vec<_> = lines.iter().flat_map(|line| line.people.iter().copied()).collect();
        named.sort();
        named.dedup();
        let known = if named.is_empty() { Vec::new() } else { self.directory.names(tenant, &named).await? };
        let batch: Vec<Portable> = lines
            .into_iter()
            .map(|mut line| {
                let people = line.people.iter().copied().filter(|id| known.iter().any(|p| p.id == *id)).collect();
                let ids = line.services.drain(..).filter_map(|name| services.get(&folded(&name)).copied()).collect();
                line.into_portable(tenant, ids, people)
            })
            .collect();
        let audit = AuditRecord::of(self.ids.next(), self.clock.now(), caller, "incident.import", String::new())
            .with_detail(json!({ "file": file.name.rsplit('/').next(), "incidents": batch.len() }));
        let written = self.store.import(tenant, &batch, &audit).await?;
        count.created += written.created;
        count.present += written.present;
        Ok(())
    }

    /// The services that the lines name, made where they are missing.
    async fn services(
        &self,
        tenant: TenantId,
        lines: &[IncidentLine],
    ) -> Result<HashMap<String, ServiceId>, ServiceError> {
        let mut wanted: HashMap<String, (ServiceId, Name)> = HashMap::new();
        for name in lines.iter().flat_map(|line| &line.services) {
            let key = folded(name);
            let id = ServiceId(Uuid::new_v5(&tenant.0, format!("service:{key}").as_bytes()));
            wanted.entry(key).or_insert_with(|| (id, name.clone()));
        }
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let wanted: Vec<_> = wanted.into_values().collect();
        let services = self.directory.ensure_services(tenant, &wanted).await?;
        Ok(services.into_iter().map(|service| (folded(&service.name), service.id)).collect())
    }
}

/// Names of services are the same whatever their letter case.
pub(crate) fn folded(name: &Name) -> String {
    name.as_str().to_lowercase()
}

/// The first reading: the number of incidents, or all that is wrong.
fn check(
    file: &ImportFile<'_>,
    now: Timestamp,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<u64, ImportError> {
    let mut faults = Faults::default();
    let mut total = 0;
    let mut last: Option<Timestamp> = None;
    for item in lines::open(file, now)? {
        match item.map_err(|source| ImportError::Read { name: file.name.clone(), source })? {
            Ok((_, line)) => {
                total += 1;
                last = last.max(line.times.resolved_at);
                if total % 1_000 == 0 {
                    progress(Progress::Checked(total));
                }
            }
            Err(fault) => faults.add(fault),
        }
    }
    faults.finish(&file.name)?;
    if let (Some(anchor), Some(last)) = (lines::anchor(file.format), last) {
        anchor.check(last, now)?;
    }
    progress(Progress::Checked(total));
    Ok(total)
}

/// A fault in the second reading: somebody changed the file in between.
fn changed(file: &ImportFile<'_>, fault: super::Fault) -> ImportError {
    ImportError::Faults { name: file.name.clone(), shown: vec![fault], total: 1 }
}
