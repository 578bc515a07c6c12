//! `muster backup` and `muster restore`: one archive with a consistent copy of the records. Sessions are no part of it: a
//! restore must not sign anybody in again who has signed out. Nor is the key ring.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use services::{DirectoryService, RandomIds, SystemClock};
use storage::{Records, RecordsOptions, RecordsUrl, sqlite_file};

use super::CommandError;
use super::output::{Output, failed, say};
use crate::config::{Environment, Settings};

const RECORDS: &str = "records.db";

/// Copies the records into one file that nobody else can read. The audit log says so.
pub(super) async fn backup(environment: &Environment, file: &Path) -> Result<(), CommandError> {
    records_file(environment)?;
    let (data_dir, records) = super::existing_records(environment).await?;
    let target = pack(&data_dir, &records, file, Output::begin(file)?).await?;
    directory(records).backed_up(&name_of(file)).await.map_err(CommandError::failed)?;
    target.finish()?;
    say(format_args!("{}: the records are copied.", file.display()))
}

async fn pack(data_dir: &Path, records: &Records, file: &Path, target: Output) -> Result<Output, CommandError> {
    let folder = tempfile::Builder::new().prefix("backup-").tempdir_in(data_dir).map_err(CommandError::failed)?;
    let copy = folder.path().join(RECORDS);
    records.backup_to(&copy).await.map_err(CommandError::failed)?;
    let mut archive = tar::Builder::new(GzEncoder::new(target, Compression::default()));
    archive.append_path_with_name(copy, RECORDS).map_err(|error| failed(file, &error))?;
    archive.into_inner().and_then(GzEncoder::finish).map_err(|error| failed(file, &error))
}

/// Puts the records back, in one transaction; a server that is running goes on with them. The audit log says so.
pub(super) async fn restore(environment: &Environment, file: &Path) -> Result<(), CommandError> {
    let live = records_file(environment)?;
    let (data_dir, records) = super::records(environment).await?;
    let folder = tempfile::Builder::new().prefix("restore-").tempdir_in(&data_dir).map_err(CommandError::failed)?;
    unpack(file, folder.path())?;
    let old = folder.path().join(RECORDS);
    // A backup of an older Muster is brought up to date; one of a newer is refused.
    let url = RecordsUrl::file(&old);
    let copy = Records::open(&url, &RecordsOptions::default()).await.map_err(CommandError::failed)?;
    if copy.schema_version().await.map_err(CommandError::failed)? == 0 {
        return Err(CommandError::Failed(format!("{}: holds no records", file.display())));
    }
    copy.migrate().await.map_err(CommandError::failed)?;
    copy.close().await.map_err(CommandError::failed)?;
    sqlite_file::replace(&live, &old).await.map_err(CommandError::failed)?;
    directory(records).restored(&name_of(file)).await.map_err(CommandError::failed)?;
    say(format_args!("{}: the records are back as they were.", file.display()))
}

fn directory(records: Records) -> DirectoryService {
    DirectoryService::new(Arc::new(records.clone()), Arc::new(records), Arc::new(SystemClock), Arc::new(RandomIds))
}

/// The file without its folder, which is nobody's business who reads the log.
fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Takes the file we put there out, and nothing else.
fn unpack(file: &Path, folder: &Path) -> Result<(), CommandError> {
    let wrong = |error: std::io::Error| failed(file, &error);
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(file).map_err(wrong)?));
    for entry in archive.entries().map_err(wrong)? {
        let mut entry = entry.map_err(wrong)?;
        if entry.path().map_err(wrong)? == Path::new(RECORDS) {
            entry.unpack(folder.join(RECORDS)).map_err(|_| {
                CommandError::Failed(format!("{}: is damaged; the records are not in it whole", file.display()))
            })?;
            return Ok(());
        }
    }
    Err(CommandError::Failed(format!("{}: is no archive that `muster backup` wrote", file.display())))
}

/// The file with the records; PostgreSQL has none.
fn records_file(environment: &Environment) -> Result<PathBuf, CommandError> {
    let (_, url) = Settings::read_records(environment)?;
    let why = "MUSTER_DATABASE_URL names a PostgreSQL server, whose own tools back it up: pg_dump and pg_restore";
    url.path().map(Path::to_owned).ok_or_else(|| CommandError::Usage(why.to_owned()))
}
