//! A copy of the SQLite file, taken while the server works.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::Records;
use crate::failure::{Failure, boxed};
use crate::open::create_private;
use crate::sqlite_file::copy;

/// Why there is no backup. No half-written file is left under its name.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The records are not in a file.
    #[error(
        "these records are in PostgreSQL: back them up with `pg_dump --format=custom`, as its owner or a superuser"
    )]
    Postgres,
    /// A file of that name is there.
    #[error("{0} is there already; choose another name or move it away")]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("cannot write the backup {path}: {source}")]
    File {
        /// Where the backup was to be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite could not copy.
    #[error("the copy failed; is there room for it?")]
    Copy(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Records {
    /// Writes a consistent, compact copy of the SQLite records to `path` (readable by its owner only). Writers and
    /// readers go on meanwhile; what they commit after the start is not in it.
    ///
    /// # Errors
    /// [`BackupError`], also for records in PostgreSQL, whose own tool is the right one.
    pub async fn backup_to(&self, path: &Path) -> Result<(), BackupError> {
        let source = self.url.path().ok_or(BackupError::Postgres)?;
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let unwritable = |source| BackupError::File { path: path.to_owned(), source };
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        // What an interrupted backup left behind.
        match fs::remove_file(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(error)),
            _ => create_private(&partial).map_err(unwritable)?,
        }
        let copied = match copy(source, &partial).await {
            // SQLite leaves it to the caller to bring such a copy to the disk.
            Ok(()) => File::open(&partial)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&partial, path))
                .map_err(unwritable),
            Err(error) => Err(BackupError::Copy(boxed(Failure::from(error)))),
        };
        if copied.is_err() {
            // The reason is in `copied`; a leftover is removed by the next backup.
            let _ = fs::remove_file(&partial);
        }
        copied
    }
}
