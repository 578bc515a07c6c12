//! A locked file, a full disk, a folder that is not there.

use std::time::Duration;

use domain::{IncidentQuery, Tab};
use services::ports::{AuditStore, IncidentStore, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use storage::{OpenError, Records, RecordsOptions, RecordsUrl};
use tempfile::TempDir;

use super::{fresh_with, open, raw};
use crate::fixture::{TENANT, declare, everything, incident, make_tenant, numbers, record, run};

fn unavailable<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Unavailable(why)) => why,
        other => panic!("expected the store to be unavailable: {other:?}"),
    }
}

async fn count(records: &Records) -> usize {
    let query = IncidentQuery { tab: Tab::All, ..IncidentQuery::default() };
    records.list(&everything(), &query, None, 10_000).await.unwrap().len()
}

/// Nobody else is at the file, so there is nobody to wait for; the disk takes its time all the same.
#[tokio::test]
async fn however_little_others_are_waited_for_a_file_is_opened() {
    let options = RecordsOptions { busy_timeout: Duration::ZERO, ..RecordsOptions::default() };
    let (records, _folder) = fresh_with(&options).await;
    make_tenant(&records, TENANT).await;
    assert_eq!(count(&records).await, 0);
}

#[tokio::test]
async fn a_held_write_lock_makes_writes_unavailable_and_nothing_else() {
    let options = RecordsOptions { busy_timeout: Duration::from_millis(20), ..RecordsOptions::default() };
    let (records, folder) = fresh_with(&options).await;
    make_tenant(&records, TENANT).await;
    declare(&records).await.unwrap();

    let file = SqliteConnectOptions::new().filename(folder.path().join("records.sqlite"));
    let mut other = SqliteConnection::connect_with(&file).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    for _ in 0..3 {
        assert_eq!(unavailable(declare(&records).await), "the database is locked");
    }
    assert_eq!(count(&records).await, 1, "reading goes on");
    lock.rollback().await.unwrap();
    assert_eq!(declare(&records).await.unwrap().number.0, 2);
    assert_eq!(count(&records).await, 2);
}

#[tokio::test]
async fn writers_that_queue_for_too_long_are_told_so() {
    let options = RecordsOptions { acquire_timeout: Duration::from_millis(300), ..RecordsOptions::default() };
    let (records, folder) = fresh_with(&options).await;
    make_tenant(&records, TENANT).await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("records.sqlite"));
    let mut other = SqliteConnection::connect_with(&file).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    // The first waits for the file's lock, the second for the one connection that writes.
    let first = tokio::spawn({
        let records = records.clone();
        async move { declare(&records).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(unavailable(declare(&records).await), "no connection became free in time");
    lock.rollback().await.unwrap();
    assert_eq!(first.await.unwrap().unwrap().number.0, 1);
}

#[tokio::test]
async fn a_full_disk_makes_writes_unavailable_and_keeps_what_was_acknowledged() {
    let (records, folder) = fresh_with(&RecordsOptions::default()).await;
    make_tenant(&records, TENANT).await;
    records.close().await.unwrap();
    let options = RecordsOptions { max_page_count: Some(90), ..RecordsOptions::default() };
    let records = open(&folder, &options).await;
    let mut acknowledged = 0;
    let why = loop {
        match declare(&records).await {
            Ok(_) => acknowledged += 1,
            refused => break unavailable(refused),
        }
        assert!(acknowledged < 10_000, "the limit on pages does not hold");
    };
    assert_eq!(why, "the disk or the database file is full");
    for _ in 0..3 {
        assert_eq!(unavailable(declare(&records).await), "the disk or the database file is full");
        assert_eq!(count(&records).await, acknowledged);
    }
    records.close().await.unwrap();
    let records = open(&folder, &RecordsOptions::default()).await;
    let next = declare(&records).await.unwrap().number.0;
    assert_eq!(next as usize, acknowledged + 1, "no number was lost");
}

/// SQLite may take a whole transaction back by itself, for example when the disk fails; here a trigger makes it do so. If
/// the connection were used on, the next transactions would be savepoints of one that is never committed.
#[tokio::test]
async fn a_transaction_that_sqlite_took_back_does_not_spoil_the_next() {
    let (records, folder) = fresh_with(&RecordsOptions::default()).await;
    make_tenant(&records, TENANT).await;
    declare(&records).await.unwrap();
    let raw = raw(&folder).await;
    let trigger = "create trigger fault before insert on audit_log begin select raise(rollback, 'fault'); end";
    run(&raw, trigger).await.unwrap();
    let refused = declare(&records).await;
    assert!(matches!(&refused, Err(StoreError::Internal(_))), "{refused:?}");
    run(&raw, "drop trigger fault").await.unwrap();

    let mut spoilt = record(TENANT, 0);
    spoilt.audit.id = records.recent(TENANT, 1).await.unwrap()[0].id;
    records.create(&incident(TENANT), &spoilt, None).await.unwrap_err();
    assert_eq!(declare(&records).await.unwrap().number.0, 2);
    assert_eq!(numbers(&raw, "select number from incident order by number").await, [[1], [2]], "seen by others");
    let other = open(&folder, &RecordsOptions::default()).await;
    assert_eq!(declare(&other).await.unwrap().number.0, 3);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let url = RecordsUrl::file(folder.path().join("missing/records.sqlite"));
    let error = Records::open(&url, &RecordsOptions::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");
    assert!(error.to_string().contains("missing/records.sqlite"), "{error}");
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("records.sqlite");
    std::fs::write(&path, "no database, but long enough for SQLite to look at its first hundred bytes".repeat(9))
        .unwrap();
    let error = Records::open(&RecordsUrl::file(path), &RecordsOptions::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Sqlite { .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let (records, folder) = fresh_with(&RecordsOptions::default()).await;
    let backup = folder.path().join("backup.sqlite");
    records.backup_to(&backup).await.unwrap();
    for file in [folder.path().join("records.sqlite"), backup] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
}
