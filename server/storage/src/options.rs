//! How long to wait and how much to hold open.

use std::time::Duration;

/// How long to wait and how much to hold open. The defaults suit a server of its own with one or two replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordsOptions {
    /// How long a write waits for another process that holds the write lock of the SQLite file, or for a row that
    /// another transaction of PostgreSQL has locked. After that the store is unavailable.
    pub busy_timeout: Duration,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
    /// How long PostgreSQL works on one statement before it gives up: well before the server gives the whole request up,
    /// because a page that says why gives a form's text back. SQLite has no such limit.
    pub statement_timeout: Duration,
    /// Connections at most: of the PostgreSQL pool, or of the SQLite readers (there is always one writer beside them).
    pub max_connections: u32,
    /// Pages that the SQLite file may have at most. For tests of a full disk.
    pub max_page_count: Option<u32>,
}

impl Default for RecordsOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(10),
            max_connections: 8,
            max_page_count: None,
        }
    }
}
