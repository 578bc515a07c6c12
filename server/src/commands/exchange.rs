//! `muster import` and `muster export`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use domain::{Actor, Role, TenantId};
use services::audit::{Caller, RequestFacts};
use services::exchange::{ExportService, Format, ImportFile, ImportService, Progress};
use services::ports::DirectoryStore;
use services::{RandomIds, SystemClock, user_id};
use storage::Records;

use super::CommandError;
use super::output::{self, Output};
use crate::cli::{Export, FileFormat, Import};
use crate::config::Environment;

/// Takes files in, one after the other, once nothing is wrong with any of them.
pub(super) async fn import(environment: &Environment, import: Import) -> Result<(), CommandError> {
    let files = import.files.iter().map(|path| file(path, &import)).collect::<Result<Vec<_>, _>>()?;
    let (_, records) = super::existing_records(environment).await?;
    let caller = operator(&records, TenantId(import.tenant), "muster import").await?;
    let ports = Arc::new(records);
    let service = ImportService::new(ports.clone(), ports, Arc::new(SystemClock), Arc::new(RandomIds));
    let bar = Bar::new();
    let checked = service.check(&caller, &files, &mut |name, progress| bar.show(name, progress));
    bar.end();
    for file in &checked.map_err(CommandError::failed)? {
        let count = service.import(&caller, file, &mut |name, progress| bar.show(name, progress)).await;
        bar.end();
        let (name, count) = (file.name(), count.map_err(CommandError::failed)?);
        output::say(format_args!("{name}: {} imported, {} were there already", count.created, count.present))?;
    }
    Ok(())
}

fn file(path: &Path, import: &Import) -> Result<ImportFile<'static>, CommandError> {
    let name = path.display().to_string();
    let format = layout(path, import)?;
    // What cannot be looked at is named when it is opened.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(CommandError::Usage(format!(
            "{name}: is no regular file; an import reads it twice, so save what comes out of a pipe into a file first"
        )));
    }
    let path = path.to_owned();
    let open = move || Ok(Box::new(BufReader::new(File::open(&path)?)) as Box<dyn BufRead + Send>);
    Ok(ImportFile { name, format, open: Box::new(open) })
}

fn layout(file: &Path, import: &Import) -> Result<Format, CommandError> {
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let format = import.format.or(match ending.as_str() {
        "jsonl" | "ndjson" => Some(FileFormat::Jsonl),
        "csv" => Some(FileFormat::UptimeArchive),
        _ => None,
    });
    let name = file.display();
    match (format, import.anchor) {
        (Some(FileFormat::Jsonl), _) => Ok(Format::JsonLines),
        (Some(FileFormat::UptimeArchive), Some(anchor)) => Ok(Format::UptimeArchive(anchor)),
        (Some(FileFormat::UptimeArchive), None) => Err(CommandError::Usage(format!(
            "{name}: the times of an uptime archive are relative; say with --anchor DATE where they begin"
        ))),
        (None, _) => Err(CommandError::Usage(format!(
            "{name}: the ending does not tell the layout; say --format jsonl or --format uptime-archive"
        ))),
    }
}

/// Writes everything of a tenant out.
pub(super) async fn export(environment: &Environment, export: Export) -> Result<(), CommandError> {
    let (_, records) = super::existing_records(environment).await?;
    let caller = operator(&records, TenantId(export.tenant), "muster export").await?;
    let ports = Arc::new(records);
    let service = ExportService::new(ports.clone(), ports.clone(), ports, Arc::new(SystemClock), Arc::new(RandomIds));
    let written = match &export.output {
        None => write_all(&service, &caller, &mut BufWriter::new(io::stdout())).await?,
        Some(path) => {
            let mut out = BufWriter::new(Output::begin(path)?);
            let written = write_all(&service, &caller, &mut out).await?;
            let out = out.into_inner().map_err(|error| output::failed(path, error.error()))?;
            out.finish()?;
            written
        }
    };
    eprintln!("{written} incidents written");
    Ok(())
}

async fn write_all(
    service: &ExportService,
    caller: &Caller,
    out: &mut (dyn Write + Send),
) -> Result<u64, CommandError> {
    service.begin(caller).await.map_err(CommandError::failed)?;
    let (mut after, mut written) = (None, 0_u64);
    loop {
        let lines = service.batch(caller, after).await.map_err(CommandError::failed)?;
        let Some(last) = lines.last() else { break };
        after = last.number;
        for line in &lines {
            serde_json::to_writer(&mut *out, line).map_err(CommandError::failed)?;
            out.write_all(b"\n").map_err(CommandError::failed)?;
            written += 1;
        }
    }
    out.flush().map_err(CommandError::failed)?;
    Ok(written)
}

/// Whoever has the shell of this machine acts as an administrator of the tenant; the audit log says so.
pub(super) async fn operator(records: &Records, tenant: TenantId, name: &str) -> Result<Caller, CommandError> {
    if records.tenant(tenant).await.map_err(CommandError::failed)?.is_none() {
        let why = format!(
            "--tenant {tenant}: no such tenant here; somebody of it must sign in first (`muster serve` prints the ids of the development tenants)"
        );
        return Err(CommandError::Usage(why));
    }
    let actor = Actor {
        id: user_id(tenant, "command line"),
        tenant,
        name: format!("{name} (command line)"),
        roles: [Role::Admin].into_iter().collect(),
    };
    Ok(Caller { actor, request: RequestFacts::default() })
}

/// Progress on one line of a terminal; nothing where nobody watches.
struct Bar {
    visible: bool,
}

impl Bar {
    fn new() -> Self {
        Self { visible: io::stderr().is_terminal() }
    }

    fn show(&self, name: &str, progress: Progress) {
        if self.visible {
            match progress {
                Progress::Checked(n) => eprint!("\r\x1b[K{name}: {n} checked"),
                Progress::Written { done, total } => {
                    eprint!("\r\x1b[K{name}: {done} of {total} written");
                }
            }
        }
    }

    fn end(&self) {
        if self.visible {
            eprint!("\r\x1b[K");
        }
    }
}
