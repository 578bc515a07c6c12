//! What went wrong inside, and how it looks from the outside: unavailable, if waiting may help; else internal. Neither
//! text repeats values, so that no personal data reaches a log.

use std::error::Error;
use std::fmt::Display;

use domain::TimestampError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError};
use services::ports::StoreError;

/// What went wrong inside.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The database did not do it.
    #[error("database: {}", shown(.0))]
    Db(DbErr),
    /// A stored value is none that Muster writes.
    #[error("column {column} holds what Muster never writes: {why}")]
    Damaged { column: &'static str, why: String },
    /// A rule that the use cases keep was broken.
    #[error("{0}")]
    Broken(&'static str),
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Db(error)
    }
}

impl From<SqlxError> for Failure {
    fn from(error: SqlxError) -> Self {
        Self::Db(DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

impl From<TimestampError> for Failure {
    fn from(error: TimestampError) -> Self {
        Self::Damaged { column: "instant", why: error.to_string() }
    }
}

impl Failure {
    /// A stored value that cannot be read.
    pub(crate) fn damaged(column: &'static str, why: impl Display) -> Self {
        Self::Damaged { column, why: why.to_string() }
    }

    fn unavailable(&self) -> Option<&'static str> {
        match self {
            Self::Db(error) => outage(error),
            Self::Damaged { .. } | Self::Broken(_) => None,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure.unavailable() {
            Some(why) => Self::Unavailable(why.to_owned()),
            None => Self::Internal(failure.to_string().into()),
        }
    }
}

/// What an operator may read about a failure: the engine's code and sentence, which hold names of tables and rules but
/// no values. `Debug` of the same error would show the row.
pub(crate) fn shown(error: &DbErr) -> String {
    match sqlx_of(error).and_then(SqlxError::as_database_error) {
        Some(answer) => match answer.code() {
            Some(code) => format!("{code}: {}", answer.message()),
            None => answer.message().to_owned(),
        },
        None => error.to_string(),
    }
}

/// Why waiting may help, if it may.
pub(crate) fn outage(error: &DbErr) -> Option<&'static str> {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Some("no connection became free in time"),
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Some("the connections are closed"),
        other => sqlx_of(other).and_then(outage_of_driver),
    }
}

fn sqlx_of(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}

fn outage_of_driver(error: &SqlxError) -> Option<&'static str> {
    match error {
        SqlxError::PoolTimedOut => Some("no connection became free in time"),
        SqlxError::PoolClosed => Some("the connections are closed"),
        SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::WorkerCrashed => Some("the database cannot be reached"),
        // SQLite took the transaction back by itself, which it does when the disk is full.
        SqlxError::BeginFailed => Some("the database could not begin"),
        SqlxError::Database(answer) => {
            let code = answer.code()?;
            match answer.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
                Some(_) => sqlite_outage(&code),
                None => postgres_outage(&code),
            }
        }
        _ => None,
    }
}

/// Whether another connection has a lock that SQLite did not wait for (`SQLITE_BUSY`).
pub(crate) fn is_busy(error: &SqlxError) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// By primary result code (sqlite.org/rescode.html): the low eight bits.
fn sqlite_outage(code: &str) -> Option<&'static str> {
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some("the database is locked"),
        8 => Some("the database file cannot be written"),
        10 => Some("the disk reported an error"),
        13 => Some("the disk or the database file is full"),
        14 => Some("the database file cannot be opened"),
        _ => None,
    }
}

/// By SQLSTATE (PostgreSQL manual, appendix A).
fn postgres_outage(code: &str) -> Option<&'static str> {
    match code {
        "55P03" => Some("a row stayed locked"),
        "57014" => Some("a statement took too long"),
        "40001" | "40P01" => Some("a transaction met another one"),
        "25006" => Some("the database takes no writes"),
        "53100" => Some("the disk of the database is full"),
        _ if code.starts_with("53") => Some("the database is out of resources"),
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("58") => {
            Some("the database cannot be reached")
        }
        _ if code.starts_with("28") => Some("the database refused the sign-in"),
        _ => None,
    }
}

/// The failure as the source of another error.
pub(crate) fn boxed(error: impl Display) -> Box<dyn Error + Send + Sync> {
    error.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_count_as_their_primary_code() {
        // SQLITE_BUSY_SNAPSHOT and SQLITE_IOERR_FSYNC.
        assert_eq!(sqlite_outage("517"), Some("the database is locked"));
        assert_eq!(sqlite_outage("1034"), Some("the disk reported an error"));
        // SQLITE_CONSTRAINT_UNIQUE
        assert_eq!(sqlite_outage("2067"), None);
    }

    #[test]
    fn a_broken_rule_of_the_schema_is_no_outage() {
        assert_eq!(postgres_outage("23505"), None);
        assert_eq!(postgres_outage("42501"), None);
        assert_eq!(postgres_outage("53300"), Some("the database is out of resources"));
    }
}
