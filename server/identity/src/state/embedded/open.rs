//! Opening the file and bringing its tables up to date.

use std::{
    fs::OpenOptions,
    io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    Connection as _, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio_util::sync::CancellationToken;

use super::{EmbeddedState, bus::Bus, failure::from_sqlx, sweep};
use crate::{clock::Clock, state::error::StateError};

/// What brings a file from one layout to the next. How many of them a file has been through is kept in it as
/// `user_version`; one with a higher number was written by a newer program. A step that has been released stays as it is.
pub(super) const LAYOUTS: [&[&str]; 2] = [
    &[
        "CREATE TABLE sequence (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL) STRICT",
        "INSERT INTO sequence (id, n) VALUES (1, 0)",
        "CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB NOT NULL, version INTEGER NOT NULL, \
         expires_at INTEGER NOT NULL) STRICT",
        "CREATE TABLE member (set_name TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, \
         expires_at INTEGER NOT NULL, PRIMARY KEY (set_name, name)) STRICT, WITHOUT ROWID",
        "CREATE TABLE lease (name TEXT PRIMARY KEY, token TEXT NOT NULL, fence INTEGER NOT NULL, \
         expires_at INTEGER NOT NULL) STRICT",
        "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT",
        "CREATE INDEX entry_expiry ON entry (expires_at)",
        "CREATE INDEX member_expiry ON member (expires_at)",
    ],
    &[
        // Nobody reads it any more. It stays, with a default, for a program of the first layout that still runs on this file.
        "ALTER TABLE member DROP COLUMN position",
        "ALTER TABLE member ADD COLUMN position INTEGER NOT NULL DEFAULT 0",
        // A page of a set is found without reading the set.
        "CREATE INDEX member_order ON member (set_name, expires_at, name)",
    ],
];

/// How the file is used.
#[derive(Clone, Debug)]
pub struct EmbeddedOptions {
    /// How long a statement waits for another process's write lock before the answer is "unavailable".
    pub busy_timeout: Duration,
    /// How often expired entries are deleted.
    pub sweep_every: Duration,
    /// Upper limit of the file in pages of 4096 bytes; none means the disk is the limit.
    pub max_pages: Option<u32>,
    /// Connections that only read.
    pub readers: u32,
}

impl Default for EmbeddedOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(2), sweep_every: Duration::from_mins(1), max_pages: None, readers: 4 }
    }
}

impl EmbeddedState {
    /// Opens the file at `path`, making it if it is not there, with the default options.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer program.
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, StateError> {
        Self::open_with(path, clock, EmbeddedOptions::default()).await
    }

    /// Opens the file at `path` with options of one's own.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer program.
    pub async fn open_with(path: &Path, clock: Arc<dyn Clock>, options: EmbeddedOptions) -> Result<Self, StateError> {
        create_private(path)
            .map_err(|error| StateError::Unavailable { reason: format!("the file cannot be made: {error}") })?;
        let mut connect = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // With WAL, NORMAL loses nothing when the process dies, only when the machine does.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(options.busy_timeout);
        if let Some(pages) = options.max_pages {
            connect = connect.pragma("max_page_count", pages.to_string());
        }
        let pool = |size: u32| {
            SqlitePoolOptions::new()
                .max_connections(size)
                // Room for one full busy wait of whoever is ahead in the queue, and one of our own.
                .acquire_timeout(options.busy_timeout * 2 + Duration::from_secs(1))
                .idle_timeout(None)
                .max_lifetime(None)
                // Where the disk is full, SQLite takes the transaction back by itself, and the driver goes on believing that it is
                // in one: every later change would fail. Such a connection is closed for a new one.
                .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        };
        // SQLite does not wait for another process that is just turning the file to WAL as well, so we do.
        let began = Instant::now();
        let writer = loop {
            match pool(1).connect_with(connect.clone()).await {
                Err(error) if is_busy(&error) && began.elapsed() < options.busy_timeout => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                opened => break opened.map_err(from_sqlx)?,
            }
        };
        migrate(&writer).await?;
        let readers = pool(options.readers.max(1)).connect_with(connect).await.map_err(from_sqlx)?;

        let stop = CancellationToken::new();
        tokio::spawn(sweep::run(writer.clone(), Arc::clone(&clock), options.sweep_every, stop.clone()));
        Ok(Self { writer, readers, clock, bus: Bus::default(), _sweeper: stop.drop_guard() })
    }
}

/// Whether another connection has a lock (`SQLITE_BUSY`, whatever the extended code adds).
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<i32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// Makes the file where it is missing, readable by nobody else. What SQLite puts beside it gets the same rights.
fn create_private(path: &Path) -> io::Result<()> {
    let mut create = OpenOptions::new();
    create.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
    match create.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The layout that `user_version` says a file has.
pub(super) fn layout(user_version: i64) -> Result<usize, StateError> {
    let known = LAYOUTS.len();
    usize::try_from(user_version).ok().filter(|layout| *layout <= known).ok_or_else(|| StateError::Damaged {
        reason: format!("the file has layout {user_version}, this program knows {known}; use the newer program"),
    })
}

async fn migrate(writer: &SqlitePool) -> Result<(), StateError> {
    let mut transaction: Transaction<'static, Sqlite> =
        writer.begin_with("BEGIN IMMEDIATE").await.map_err(from_sqlx)?;
    let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *transaction).await.map_err(from_sqlx)?;
    let (done, known) = (layout(found)?, LAYOUTS.len());
    for statement in LAYOUTS.iter().skip(done).copied().flatten() {
        sqlx::query(*statement).execute(&mut *transaction).await.map_err(from_sqlx)?;
    }
    if done < known {
        let mark = format!("PRAGMA user_version = {known}");
        sqlx::query(sqlx::AssertSqlSafe(mark)).execute(&mut *transaction).await.map_err(from_sqlx)?;
    }
    transaction.commit().await.map_err(from_sqlx)
}
