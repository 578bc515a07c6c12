//! A server that is locked, gone, or says no.

use std::time::Duration;

use services::ports::{AuditStore, DirectoryStore, IncidentStore, StoreError};
use services::testing::AuditChain;
use sqlx::{Connection, Executor};
use storage::{BackupError, OpenError, Records, RecordsOptions, RecordsUrl};

use super::cluster::{APP, Cluster};
use crate::fixture::{TENANT, declare, everything, line, make_tenant, record};

#[tokio::test]
async fn a_locked_row_makes_its_writes_unavailable_and_nothing_else() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let url: RecordsUrl = cluster.url(APP, &database).parse().unwrap();
    let options = RecordsOptions { busy_timeout: Duration::from_millis(20), ..RecordsOptions::default() };
    let records = Records::open(&url, &options).await.unwrap();
    make_tenant(&records, TENANT).await;
    let declared = declare(&records).await.unwrap();

    let mut other = cluster.connect("postgres", &database).await;
    let mut lock = other.begin().await.unwrap();
    lock.execute("select * from incident for update").await.unwrap();
    let append = async || {
        let record = record(TENANT, 1);
        IncidentStore::append(&records, &everything(), declared.id, declared.updated_at, None, &record, None).await
    };
    let refused = append().await;
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why == "a row stayed locked"), "{refused:?}");
    assert_eq!(records.find(&everything(), declared.number).await.unwrap(), Some(declared.clone()));
    assert_eq!(declare(&records).await.unwrap().number.0, 2);
    lock.rollback().await.unwrap();
    append().await.unwrap();
    assert_eq!(records.verify(TENANT).await.unwrap(), None);
}

#[tokio::test]
async fn connections_that_were_cut_are_replaced() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let records = cluster.open(APP, &database).await;
    make_tenant(&records, TENANT).await;
    AuditStore::append(&records, &line(TENANT, 0)).await.unwrap();
    let mut superuser = cluster.connect("postgres", "postgres").await;
    let cut = format!("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '{database}'");
    superuser.execute(sqlx::AssertSqlSafe(cut)).await.unwrap();
    records.ping().await.unwrap();
    AuditStore::append(&records, &line(TENANT, 1)).await.unwrap();
    assert_eq!(records.recent(TENANT, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_server_that_is_out_of_reach_is_named_without_the_password() {
    // Nothing listens on the port of a listener that is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url: RecordsUrl = format!("postgres://muster:hunter2@127.0.0.1:{port}/muster").parse().unwrap();
    let options = RecordsOptions { acquire_timeout: Duration::from_millis(50), ..RecordsOptions::default() };
    let error = Records::open(&url, &options).await.unwrap_err();
    assert!(matches!(error, OpenError::Postgres { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("postgres://muster@127.0.0.1:{port}/muster")), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn the_backup_is_left_to_its_own_tool() {
    let (records, _) = super::fresh().await;
    let refused = records.backup_to(std::path::Path::new("/nowhere")).await.unwrap_err();
    assert!(matches!(refused, BackupError::Postgres), "{refused:?}");
    assert!(refused.to_string().contains("pg_dump"), "{refused}");
}
