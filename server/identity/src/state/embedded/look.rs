//! Looking at the file without changing it, beside whatever program uses it.

use std::path::Path;

use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::{EmbeddedState, failure::from_sqlx, open};
use crate::state::error::StateError;

/// What a look at the file finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// The library that reads it, such as `SQLite 3.50.2`.
    pub engine: String,
    /// The layout it has; 0 before anything was stored in it.
    pub layout: usize,
    /// The layout that opening it for use would bring it to.
    pub known: usize,
}

impl EmbeddedState {
    /// Looks at the file at `path`. Unlike opening it this neither makes it nor brings it up to date nor removes anything, so
    /// that an older program that uses it is not disturbed.
    ///
    /// # Errors
    /// When the file cannot be read, is no database, or was written by a newer program.
    pub async fn look(path: &Path) -> Result<EmbeddedFile, StateError> {
        let read_only = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut connection = read_only.connect().await.map_err(from_sqlx)?;
        let engine: String =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await.map_err(from_sqlx)?;
        let found: i64 =
            sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await.map_err(from_sqlx)?;
        connection.close().await.map_err(from_sqlx)?;
        Ok(EmbeddedFile {
            engine: format!("SQLite {engine}"),
            layout: open::layout(found)?,
            known: open::LAYOUTS.len(),
        })
    }
}
