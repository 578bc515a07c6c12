//! Opening the records.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sea_orm::{SqlxError, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};

use crate::failure::{Failure, boxed, is_busy};
use crate::url::Place;
use crate::{Records, RecordsOptions, RecordsUrl};

/// Why the records cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be made or opened.
    #[error("cannot open the records in {path}: {source}; the folder must exist and belong to the user of the server")]
    File {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is there, but SQLite cannot work with it.
    #[error("SQLite cannot work with {path}: is it a database of Muster's, on a local disk?")]
    Sqlite {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server cannot be reached or refuses the user.
    #[error("cannot reach the records at {url}: check host, port, user, password and sslmode")]
    Postgres {
        /// The address, without the password.
        url: RecordsUrl,
        /// What the server or the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Records {
    /// Opens the records: makes the SQLite file where there is none (readable by its owner only), or connects to
    /// PostgreSQL. The schema is left alone; see [`Records::migrate`].
    ///
    /// # Errors
    /// [`OpenError`] says what cannot be opened or reached, without the password.
    pub async fn open(url: &RecordsUrl, options: &RecordsOptions) -> Result<Self, OpenError> {
        match url.place() {
            Place::File(path) => open_file(url, path, options).await,
            Place::Server { url: address, .. } => connect(url, address, options)
                .await
                .map_err(|error| OpenError::Postgres { url: url.clone(), source: boxed(Failure::from(error)) }),
        }
    }
}

async fn open_file(url: &RecordsUrl, path: &Path, options: &RecordsOptions) -> Result<Records, OpenError> {
    create_private(path).map_err(|source| OpenError::File { path: path.to_owned(), source })?;
    let refused = |error: SqlxError| OpenError::Sqlite { path: path.to_owned(), source: boxed(Failure::from(error)) };
    let common = SqliteConnectOptions::new().filename(path).busy_timeout(options.busy_timeout).foreign_keys(true);
    // FULL: each commit is on the disk before it is acknowledged, so that neither a killed process nor a power cut loses
    // it. NORMAL would survive only the former.
    let mut writing = common.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    if let Some(pages) = options.max_page_count {
        writing = writing.pragma("max_page_count", pages.to_string());
    }
    let writer = first_connection(options, writing).await.map_err(refused)?;
    let reader = sqlite_pool(options, options.max_connections.max(1))
        .connect_with(common.pragma("query_only", "on"))
        .await
        .map_err(refused)?;
    Ok(Records {
        url: url.clone(),
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
    })
}

/// SQLite does not wait for another process that is just turning the file to WAL as well, so we do.
async fn first_connection(options: &RecordsOptions, file: SqliteConnectOptions) -> Result<SqlitePool, SqlxError> {
    let began = Instant::now();
    loop {
        match sqlite_pool(options, 1).connect_with(file.clone()).await {
            // Only waiting for others has this limit: a slow disk takes the time it takes.
            Err(error) if is_busy(&error) && began.elapsed() < options.busy_timeout => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            opened => return opened,
        }
    }
}

fn sqlite_pool(options: &RecordsOptions, connections: u32) -> PoolOptions<Sqlite> {
    PoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up.
        .test_before_acquire(false)
        // When the disk fails SQLite may take a transaction back by itself; the driver still counts it as open, and what
        // came next on that connection would be savepoints of a transaction that nobody commits. It is closed instead.
        .after_release(|connection: &mut SqliteConnection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// The folder may be open to others: the file is not.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut create = OpenOptions::new();
    create.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
    match create.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

async fn connect(url: &RecordsUrl, address: &str, options: &RecordsOptions) -> Result<Records, SqlxError> {
    let milliseconds = |time: Duration| time.as_millis().to_string();
    let connect: PgConnectOptions = address.parse()?;
    let connect = connect.application_name("muster").options([
        ("lock_timeout", milliseconds(options.busy_timeout)),
        ("statement_timeout", milliseconds(options.statement_timeout)),
        ("idle_in_transaction_session_timeout", milliseconds(options.statement_timeout)),
    ]);
    let pool = PoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        .connect_with(connect)
        .await?;
    let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok(Records { url: url.clone(), writer: pool.clone(), reader: pool })
}
