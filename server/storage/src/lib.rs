#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod audit;
mod backup;
mod change;
mod directory;
mod engine;
mod failure;
mod feed;
mod idempotency;
mod incident;
mod migrate;
mod migration;
mod open;
mod options;
mod records;
pub mod sqlite_file;
mod stored;
mod table;
#[cfg(feature = "testing")]
mod testing;
mod url;
mod version;

pub use backup::BackupError;
pub use engine::Engine;
pub use migrate::MigrateError;
pub use open::OpenError;
pub use options::RecordsOptions;
pub use records::Records;
pub use url::{RecordsUrl, RecordsUrlError};
