//! Two transactions brought to the same point, so that the order of what follows is the only question.

use services::ports::{ImportCount, IncidentStore, Portable};
use sqlx::{Connection, PgConnection, Row};

use super::cluster::{APP, Cluster};
use crate::fixture::{TENANT, incident, line, make_tenant};

/// Returns when so many transactions of the database wait for a lock.
async fn waiting(watch: &mut PgConnection, database: &str, transactions: i64) {
    let sql = "select count(*) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'";
    while sqlx::query(sql).bind(database).fetch_one(&mut *watch).await.unwrap().get::<i64, _>(0) < transactions {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_import_looks_for_its_origins_once_no_other_can_add_them() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let records = cluster.open(APP, &database).await;
    make_tenant(&records, TENANT).await;
    let import = || {
        let records = records.clone();
        let one = Portable { origin: "file:1".to_owned(), incident: incident(TENANT), entries: Vec::new() };
        tokio::spawn(async move { records.import(TENANT, &[], &[one], &line(TENANT, 0)).await })
    };
    let mut holder = cluster.connect("postgres", &database).await;
    let mut watch = cluster.connect("postgres", "postgres").await;
    let mut counter = holder.begin().await.unwrap();
    sqlx::query("select 1 from tenant for update").execute(&mut *counter).await.unwrap();
    let imports = (import(), import());
    waiting(&mut watch, &database, 2).await;
    counter.rollback().await.unwrap();
    let counts = [imports.0.await.unwrap().unwrap(), imports.1.await.unwrap().unwrap()];
    for expected in [ImportCount { created: 1, present: 0 }, ImportCount { created: 0, present: 1 }] {
        assert!(counts.contains(&expected), "{counts:?}");
    }
}
