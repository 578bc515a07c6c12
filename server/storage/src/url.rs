//! Where the records are, as one setting.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::Engine;

/// Where the records are: `sqlite:` and a path, or `postgres://user:password@host/database`. Printing it leaves the
/// password and everything after a `?` out.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordsUrl(Place);

/// A file or a server.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The SQLite file.
    File(PathBuf),
    /// The PostgreSQL server: its address with the password, and as it may be shown.
    Server { url: String, shown: String },
}

/// Why a text does not say where the records are. The text itself may hold a password and is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordsUrlError {
    /// Neither engine.
    #[error(
        "must begin with `sqlite:` or `postgres://`, for example sqlite:/var/lib/muster/records.sqlite \
         or postgres://muster:password@db.example.com/muster"
    )]
    Scheme,
    /// A SQLite URL without a usable path.
    #[error("must name a file after `sqlite:`, for example sqlite:/var/lib/muster/records.sqlite")]
    NoFile,
    /// Records in memory would be gone with the process, and readers could not see them.
    #[error("must name a file: records in memory (`:memory:`) would be lost with the process")]
    Memory,
    /// A SQLite URL with options.
    #[error("must end with the file's name: options after `?` are not taken, Muster sets its own")]
    Options,
    /// A PostgreSQL URL that cannot be read.
    #[error(
        "is no PostgreSQL address such as postgres://muster:password@db.example.com:5432/muster?sslmode=verify-full; \
         write special characters of the password as %XX"
    )]
    Address,
    /// A PostgreSQL URL without a database.
    #[error("must name the database after the host, as in postgres://muster@db.example.com/muster")]
    NoDatabase,
}

impl RecordsUrl {
    /// The records in this file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(path.into()))
    }

    /// Which engine it names.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Place::File(_) => Engine::Sqlite,
            Place::Server { .. } => Engine::Postgres,
        }
    }

    /// The file of the SQLite database.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::File(path) => Some(path),
            Place::Server { .. } => None,
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.0
    }
}

impl FromStr for RecordsUrl {
    type Err = RecordsUrlError;

    fn from_str(text: &str) -> Result<Self, RecordsUrlError> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            return match path {
                "" | "/" => Err(RecordsUrlError::NoFile),
                _ if path.contains(":memory:") => Err(RecordsUrlError::Memory),
                _ if path.contains('?') => Err(RecordsUrlError::Options),
                _ => Ok(Self::file(path)),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(RecordsUrlError::Scheme);
        }
        let read: PgConnectOptions = text.parse().map_err(|_| RecordsUrlError::Address)?;
        let database = read.get_database().filter(|name| !name.is_empty()).ok_or(RecordsUrlError::NoDatabase)?;
        let host = read.get_socket().map_or_else(|| read.get_host().to_owned(), |path| path.display().to_string());
        let shown = format!("postgres://{}@{host}:{}/{database}", read.get_username(), read.get_port());
        Ok(Self(Place::Server { url: text.to_owned(), shown }))
    }
}

impl fmt::Display for RecordsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Server { shown, .. } => f.write_str(shown),
        }
    }
}

impl fmt::Debug for RecordsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordsUrl({self})")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_in_two_ways() {
        for text in ["sqlite:/var/lib/m.sqlite", "sqlite:///var/lib/m.sqlite"] {
            let url: RecordsUrl = text.parse().unwrap();
            assert_eq!(url.path(), Some(Path::new("/var/lib/m.sqlite")));
            assert_eq!(url.to_string(), "sqlite:/var/lib/m.sqlite");
        }
        let url: RecordsUrl = "sqlite:m.sqlite".parse().unwrap();
        assert_eq!(url.path(), Some(Path::new("m.sqlite")));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: RecordsUrl =
            "postgres://muster:hunter2@db:5433/records?password=hunter2&sslmode=disable".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://muster@db:5433/records");
        assert_eq!(format!("{url:?}"), "RecordsUrl(postgres://muster@db:5433/records)");
        assert_eq!(url.engine(), Engine::Postgres);
    }

    #[test]
    fn other_texts_are_refused_with_the_way_out() {
        let refused = |text: &str| text.parse::<RecordsUrl>().unwrap_err();
        assert_eq!(refused("mysql://root:hunter2@db/x"), RecordsUrlError::Scheme);
        assert_eq!(refused("sqlite:"), RecordsUrlError::NoFile);
        assert_eq!(refused("sqlite::memory:"), RecordsUrlError::Memory);
        assert_eq!(refused("sqlite:a.sqlite?mode=ro"), RecordsUrlError::Options);
        assert_eq!(refused("postgres://u:hunter2@db:port/x"), RecordsUrlError::Address);
        assert_eq!(refused("postgres://u@db"), RecordsUrlError::NoDatabase);
    }
}
