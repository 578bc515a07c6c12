//! Bringing a file up to date.

use std::sync::Arc;

use futures::future::join_all;
use services::ports::AdmissionStore;
use storage::{MigrateError, RecordsOptions};
use tempfile::TempDir;

use super::{fresh, open, raw};
use crate::fixture::{BEFORE_THE_LIST, TENANT, declare, make_tenant, numbers, run};

#[tokio::test]
async fn replicas_that_start_together_migrate_once() {
    let folder = TempDir::new().unwrap();
    let options = RecordsOptions::default();
    let (one, other) = (open(&folder, &options).await, open(&folder, &options).await);
    assert_eq!(one.schema_version().await.unwrap(), 0);
    let (first, second) = tokio::join!(one.migrate(), other.migrate());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    let steps = numbers(&raw(&folder).await, "select version from schema_version order by version").await;
    assert_eq!(steps, [[1], [2], [3], [4]]);
    assert_eq!(one.migrate().await.unwrap(), 4, "there is nothing left to do");
    make_tenant(&other, TENANT).await;
    declare(&one).await.unwrap();
}

/// SQLite does not wait by itself while another connection turns a new file to WAL.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_new_file_can_be_opened_by_many_at_once() {
    let options = RecordsOptions::default();
    for _ in 0..100 {
        let folder = Arc::new(TempDir::new().unwrap());
        let opened = (0..8).map(|_| {
            let (folder, options) = (folder.clone(), options.clone());
            tokio::spawn(async move { open(&folder, &options).await.migrate().await })
        });
        for migrated in join_all(opened).await {
            migrated.unwrap().unwrap();
        }
        let steps = numbers(&raw(&folder).await, "select version from schema_version order by version").await;
        assert_eq!(steps, [[1], [2], [3], [4]]);
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (records, folder) = fresh().await;
    run(&raw(&folder).await, "insert into schema_version (version, name) values (99, 'from the future')")
        .await
        .unwrap();
    let refused = records.migrate().await.unwrap_err();
    assert!(matches!(refused, MigrateError::Newer { found: 99, known: 4 }), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "the records have schema version 99, this Muster knows up to 4: start the newer Muster that wrote them, or \
         restore a backup from before the upgrade"
    );
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let records = open(&folder, &RecordsOptions::default()).await;
    let raw = raw(&folder).await;
    // In the way of the last table but one.
    run(&raw, "create table audit_log (n integer)").await.unwrap();
    let failed = records.migrate().await.unwrap_err();
    assert!(matches!(failed, MigrateError::Step { version: 1, .. }), "{failed:?}");
    let tables = "select count(*) from sqlite_schema where type = 'table' and name <> 'audit_log'";
    assert_eq!(numbers(&raw, tables).await, [[0]]);
    run(&raw, "drop table audit_log").await.unwrap();
    assert_eq!(records.migrate().await.unwrap(), 0);
}

#[tokio::test]
async fn tenants_from_before_there_was_a_list_are_on_it() {
    let (records, folder) = fresh().await;
    make_tenant(&records, TENANT).await;
    run(&raw(&folder).await, BEFORE_THE_LIST).await.unwrap();
    assert_eq!(records.migrate().await.unwrap(), 1);
    assert_eq!(records.admission(TENANT).await.unwrap().unwrap().standing, domain::Standing::Allowed);
}
