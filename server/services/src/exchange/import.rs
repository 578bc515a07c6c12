//! Taking incidents in.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use domain::{Name, Operation, Service, ServiceId, TenantId, Timestamp, allowed};
use serde_json::json;
use uuid::Uuid;

use super::fault::{FileFaults, ImportError};
use super::incident_line::IncidentLine;
use super::lines;
use crate::audit::{AuditRecord, Caller};
use crate::ports::{DirectoryStore, ImportCount, IncidentStore, NewService, Portable};
use crate::{Clock, IdSource, ServiceError};

/// Incidents written in one transaction.
const BATCH: usize = 200;
/// Of a service that comes in by name only.
const USUAL_TIER: u8 = 3;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One [`IncidentLine`] a line: what `muster export` writes.
    JsonLines,
    /// The CSV layout of the Cloud Uptime Archive, its times placed at the anchor.
    UptimeArchive(super::Anchor),
}

/// A file that can be opened more than once: what it is read from must be there twice, so a pipe will not do.
pub struct ImportFile<'a> {
    /// Its name, for messages; the last part of it is part of the identity of an archive's rows.
    pub name: String,
    /// How it is laid out.
    pub format: Format,
    /// Opens it at the beginning.
    pub open: Box<dyn Fn() -> std::io::Result<Box<dyn BufRead + Send + 'a>> + Send + Sync + 'a>,
}

/// A file that was read once and has no faults.
pub struct Checked<'f, 'a> {
    file: &'f ImportFile<'a>,
    now: Timestamp,
    total: u64,
}

impl Checked<'_, '_> {
    /// The file's name, for messages.
    pub fn name(&self) -> &str {
        &self.file.name
    }
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

    /// Reads all of the files for the first time: nothing of any of them is imported unless all of them can be.
    ///
    /// # Errors
    /// [`ImportError`], with all faults of all files, or with the latest anchor that works for all of them.
    pub fn check<'f, 'a>(
        &self,
        caller: &Caller,
        files: &'f [ImportFile<'a>],
        progress: &mut (dyn FnMut(&str, Progress) + Send),
    ) -> Result<Vec<Checked<'f, 'a>>, ImportError> {
        allowed(&caller.actor, Operation::Import).map_err(ServiceError::from)?;
        let now = self.clock.now();
        let mut checked = Vec::with_capacity(files.len());
        let mut faults = Vec::new();
        let mut last: Option<Timestamp> = None;
        for file in files {
            let mut wrong = FileFaults::none(&file.name);
            let (total, end) = first_reading(file, now, &mut wrong, progress)?;
            last = last.max(end);
            checked.push(Checked { file, now, total });
            if wrong.total > 0 {
                faults.push(wrong);
            }
        }
        if !faults.is_empty() {
            return Err(ImportError::Faults(faults));
        }
        for file in files {
            if let (Format::UptimeArchive(anchor), Some(last)) = (file.format, last) {
                anchor.check(last, now)?;
            }
        }
        Ok(checked)
    }

    /// Imports a file that was checked into the caller's tenant. Running it again adds only what is not there yet.
    ///
    /// # Errors
    /// [`ImportError`]; batches that were written stay.
    pub async fn import(
        &self,
        caller: &Caller,
        checked: &Checked<'_, '_>,
        progress: &mut (dyn FnMut(&str, Progress) + Send),
    ) -> Result<ImportCount, ImportError> {
        allowed(&caller.actor, Operation::Import).map_err(ServiceError::from)?;
        let Checked { file, now, total } = *checked;
        let changed = || ImportError::Changed(file.name.clone());
        let mut count = ImportCount::default();
        let mut batch = Vec::with_capacity(BATCH);
        let mut done = 0;
        let mut lines = lines::open(file, file.format, now)?;
        loop {
            let item = lines.next().transpose().map_err(|source| read_error(file, source))?;
            let end = item.is_none();
            if let Some(item) = item {
                let (_, line) = item.map_err(|_| changed())?;
                done += 1;
                batch.push(line);
            }
            if batch.len() == BATCH || (end && !batch.is_empty()) {
                self.write(caller, file, std::mem::take(&mut batch), &mut count).await?;
                progress(&file.name, Progress::Written { done, total });
            }
            if end {
                break;
            }
        }
        if done == total { Ok(count) } else { Err(changed()) }
    }

    async fn write(
        &self,
        caller: &Caller,
        file: &ImportFile<'_>,
        lines: Vec<IncidentLine>,
        count: &mut ImportCount,
    ) -> Result<(), ServiceError> {
        let tenant = caller.actor.tenant;
        let mut named: Vec<_> = lines.iter().flat_map(|line| line.people.iter().copied()).collect();
        named.sort();
        named.dedup();
        let known = if named.is_empty() { Vec::new() } else { self.directory.names(tenant, &named).await? };
        let mut services: HashMap<ServiceId, Name> = HashMap::new();
        let batch: Vec<Portable> = lines
            .into_iter()
            .map(|mut line| {
                let people = line.people.iter().copied().filter(|id| known.iter().any(|p| p.id == *id)).collect();
                let wanted = line.services.drain(..).map(|name| (service_id(tenant, &name), name));
                let ids = wanted.map(|(id, name)| services.entry(id).insert_entry(name).key().to_owned()).collect();
                line.into_portable(tenant, ids, people)
            })
            .collect();
        let now = self.clock.now();
        let services = services.into_iter().map(|(id, name)| NewService {
            audit: AuditRecord::of(self.ids.next(), now, caller, "service.create", format!("service:{id}"))
                .with_detail(json!({ "name": name })),
            service: Service { id, name, tier: USUAL_TIER },
        });
        let audit = AuditRecord::of(self.ids.next(), now, caller, "incident.import", String::new())
            .with_detail(json!({ "file": file.name.rsplit('/').next(), "incidents": batch.len() }));
        let written = self.store.import(tenant, &services.collect::<Vec<_>>(), &batch, &audit).await?;
        count.created += written.created;
        count.present += written.present;
        Ok(())
    }
}

/// The id of a service that comes in by name. Names of services are the same whatever their letter case.
fn service_id(tenant: TenantId, name: &Name) -> ServiceId {
    let key = format!("service:{}", name.as_str().to_lowercase());
    ServiceId(Uuid::new_v5(&tenant.0, key.as_bytes()))
}

/// Looks at every incident of a file: how many there are, and where an archive would end if it began in 1970.
fn first_reading(
    file: &ImportFile<'_>,
    now: Timestamp,
    faults: &mut FileFaults,
    progress: &mut (dyn FnMut(&str, Progress) + Send),
) -> Result<(u64, Option<Timestamp>), ImportError> {
    let format = match file.format {
        Format::JsonLines => Format::JsonLines,
        Format::UptimeArchive(_) => Format::UptimeArchive(super::Anchor::ZERO),
    };
    let (mut total, mut last) = (0, None);
    for item in lines::open(file, format, now)? {
        match item.map_err(|source| read_error(file, source))? {
            Ok((_, line)) => {
                total += 1;
                if format != Format::JsonLines {
                    last = last.max(line.times.resolved_at);
                }
                if total % 1_000 == 0 {
                    progress(&file.name, Progress::Checked(total));
                }
            }
            Err(fault) => faults.add(fault),
        }
    }
    progress(&file.name, Progress::Checked(total));
    Ok((total, last))
}

fn read_error(file: &ImportFile<'_>, source: std::io::Error) -> ImportError {
    ImportError::Read { name: file.name.clone(), source }
}
