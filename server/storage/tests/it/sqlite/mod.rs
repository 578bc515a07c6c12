//! Records in a file.

mod backup;
mod migrations;
mod trouble;

use sea_orm::{Database, DatabaseConnection};
use storage::{Records, RecordsOptions, RecordsUrl};
use tempfile::TempDir;

use crate::raw::Beside;

mod contract {
    services::store_contract_tests!(super::fresh);
}

mod beside {
    crate::raw::tests!(super::beside);
}

/// Empty records in a folder of their own.
pub async fn fresh() -> (Records, TempDir) {
    fresh_with(&RecordsOptions::default()).await
}

/// The same with other options.
pub async fn fresh_with(options: &RecordsOptions) -> (Records, TempDir) {
    let folder = TempDir::new().unwrap();
    let records = open(&folder, options).await;
    records.migrate().await.unwrap();
    (records, folder)
}

/// The records of a folder.
pub async fn open(folder: &TempDir, options: &RecordsOptions) -> Records {
    let url = RecordsUrl::file(folder.path().join("records.sqlite"));
    Records::open(&url, options).await.unwrap()
}

/// SQL past the records of a folder.
pub async fn raw(folder: &TempDir) -> DatabaseConnection {
    let file = folder.path().join("records.sqlite");
    Database::connect(format!("sqlite:{}", file.display())).await.unwrap()
}

async fn beside() -> (Beside, TempDir) {
    let (records, folder) = fresh().await;
    let raw = raw(&folder).await;
    let without_triggers = &[
        "drop trigger audit_log_no_update",
        "drop trigger audit_log_no_delete",
        "drop trigger timeline_entry_no_update",
        "drop trigger timeline_entry_no_delete",
    ];
    (Beside { records, raw, without_triggers }, folder)
}
