//! `muster import` and `muster export`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Actor, Role, TenantId};
use services::audit::{Caller, RequestFacts};
use services::exchange::{ExportService, Format, ImportFile, ImportService, Progress};
use services::ports::DirectoryStore;
use services::{RandomIds, SystemClock, user_id};
use storage::Records;

use super::CommandError;
use crate::cli::{Export, FileFormat, Import};
use crate::config::Environment;

/// Takes files in, one after the other.
pub(super) async fn import(environment: &Environment, import: Import) -> Result<(), CommandError> {
    let files = import.files.iter().map(|file| layout(file, &import)).collect::<Result<Vec<_>, _>>()?;
    let (_, records) = super::existing_records(environment).await?;
    let caller = operator(&records, TenantId(import.tenant), "muster import").await?;
    let ports = Arc::new(records);
    let service = ImportService::new(ports.clone(), ports, Arc::new(SystemClock), Arc::new(RandomIds));
    for (path, format) in files {
        let name = path.display().to_string();
        let file = ImportFile { name: name.clone(), format, open: opener(path) };
        let mut progress = Bar::new(&name);
        let count = service.import(&caller, &file, &mut |p| progress.show(p)).await;
        progress.end();
        let count = count.map_err(CommandError::failed)?;
        println!("{name}: {} imported, {} were there already", count.created, count.present);
    }
    Ok(())
}

fn layout(file: &Path, import: &Import) -> Result<(PathBuf, Format), CommandError> {
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let format = import.format.or(match ending.as_str() {
        "jsonl" | "ndjson" => Some(FileFormat::Jsonl),
        "csv" => Some(FileFormat::UptimeArchive),
        _ => None,
    });
    let name = file.display();
    match (format, import.anchor) {
        (Some(FileFormat::Jsonl), _) => Ok((file.to_owned(), Format::JsonLines)),
        (Some(FileFormat::UptimeArchive), Some(anchor)) => Ok((file.to_owned(), Format::UptimeArchive(anchor))),
        (Some(FileFormat::UptimeArchive), None) => Err(CommandError::Usage(format!(
            "{name}: the times of an uptime archive are relative; say with --anchor DATE where they begin"
        ))),
        (None, _) => Err(CommandError::Usage(format!(
            "{name}: the ending does not tell the layout; say --format jsonl or --format uptime-archive"
        ))),
    }
}

type Opener = Box<dyn Fn() -> io::Result<Box<dyn BufRead + Send>> + Send + Sync>;

fn opener(path: PathBuf) -> Opener {
    Box::new(move || Ok(Box::new(BufReader::new(File::open(&path)?))))
}

/// Writes everything of a tenant out.
pub(super) async fn export(environment: &Environment, export: Export) -> Result<(), CommandError> {
    let (_, records) = super::existing_records(environment).await?;
    let caller = operator(&records, TenantId(export.tenant), "muster export").await?;
    let ports = Arc::new(records);
    let service = ExportService::new(ports.clone(), ports.clone(), ports, Arc::new(SystemClock), Arc::new(RandomIds));
    service.begin(&caller).await.map_err(CommandError::failed)?;
    let mut out: Box<dyn Write + Send> = match &export.output {
        None => Box::new(BufWriter::new(io::stdout())),
        Some(path) => Box::new(BufWriter::new(super::create_private(path)?)),
    };
    let (mut after, mut written) = (None, 0_u64);
    loop {
        let lines = service.batch(&caller, after).await.map_err(CommandError::failed)?;
        let Some(last) = lines.last() else { break };
        after = last.number;
        for line in &lines {
            serde_json::to_writer(&mut out, line).map_err(CommandError::failed)?;
            out.write_all(b"\n").map_err(CommandError::failed)?;
            written += 1;
        }
    }
    out.flush().map_err(CommandError::failed)?;
    eprintln!("{written} incidents written");
    Ok(())
}

/// Whoever has the shell of this machine acts as an administrator of the tenant; the audit log says so.
async fn operator(records: &Records, tenant: TenantId, name: &str) -> Result<Caller, CommandError> {
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
    name: String,
    visible: bool,
}

impl Bar {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), visible: io::stderr().is_terminal() }
    }

    fn show(&mut self, progress: Progress) {
        if self.visible {
            let name = &self.name;
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
