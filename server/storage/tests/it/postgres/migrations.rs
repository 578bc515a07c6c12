//! Bringing a database up to date.

use storage::MigrateError;

use super::cluster::{APP, Cluster, OWNER};
use crate::fixture::{BEFORE_THE_LIST, TENANT, declare, make_tenant};
use services::ports::AdmissionStore;
use sqlx::Executor;

#[tokio::test]
async fn replicas_that_start_together_migrate_once() {
    let cluster = Cluster::get().await;
    let database = cluster.database("template0").await;
    let (one, other) = (cluster.open(OWNER, &database).await, cluster.open(OWNER, &database).await);
    assert_eq!(one.schema_version().await.unwrap(), 0);
    let (first, second) = tokio::join!(one.migrate(), other.migrate());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!((one.migrate().await.unwrap(), other.schema_version().await.unwrap()), (4, 4));
    make_tenant(&other, TENANT).await;
    declare(&one).await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let mut owner = cluster.connect(OWNER, &database).await;
    owner.execute("insert into schema_version (version, name) values (99, 'from the future')").await.unwrap();
    let refused = cluster.open(APP, &database).await.migrate().await.unwrap_err();
    assert!(matches!(refused, MigrateError::Newer { found: 99, known: 4 }), "{refused:?}");
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing() {
    let cluster = Cluster::get().await;
    let database = cluster.database("template0").await;
    let mut owner = cluster.connect(OWNER, &database).await;
    owner.execute("create table audit_log (n int)").await.unwrap();
    let records = cluster.open(OWNER, &database).await;
    let failed = records.migrate().await.unwrap_err();
    assert!(matches!(failed, MigrateError::Step { version: 1, .. }), "{failed:?}");
    assert_eq!(records.schema_version().await.unwrap(), 0);
    owner.execute("drop table audit_log").await.unwrap();
    assert_eq!(records.migrate().await.unwrap(), 0);
}

#[tokio::test]
async fn the_role_of_the_server_starts_on_a_current_schema_and_makes_none() {
    let cluster = Cluster::get().await;
    let current = cluster.database("muster").await;
    assert_eq!(cluster.open(APP, &current).await.migrate().await.unwrap(), 4);
    let empty = cluster.database("template0").await;
    let refused = cluster.open(APP, &empty).await.migrate().await.unwrap_err();
    assert!(matches!(refused, MigrateError::Version(_)), "{refused:?}");
}

#[tokio::test]
async fn tenants_from_before_there_was_a_list_are_on_it() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let records = cluster.open(OWNER, &database).await;
    make_tenant(&records, TENANT).await;
    let mut owner = cluster.connect(OWNER, &database).await;
    owner.execute("drop policy own_accounts on app_user").await.unwrap();
    owner.execute(BEFORE_THE_LIST).await.unwrap();
    assert_eq!(records.migrate().await.unwrap(), 1);
    assert_eq!(records.admission(TENANT).await.unwrap().unwrap().standing, domain::Standing::Allowed);
    // The fence around tenants is closed again.
    let seen: i64 = sqlx::query_scalar("select count(*) from tenant").fetch_one(&mut owner).await.unwrap();
    assert_eq!(seen, 0);
}

/// An operator who runs the server as a role of its own granted it the tables that there were, and upgrades as the owner.
#[tokio::test]
async fn the_role_of_the_server_may_use_the_list_after_an_upgrade_without_a_new_grant() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let records = cluster.open(OWNER, &database).await;
    let mut owner = cluster.connect(OWNER, &database).await;
    owner.execute("drop policy own_accounts on app_user").await.unwrap();
    owner.execute(BEFORE_THE_LIST).await.unwrap();
    assert_eq!(records.migrate().await.unwrap(), 1);
    let server = cluster.open(APP, &database).await;
    make_tenant(&server, TENANT).await;
    assert_eq!(server.admission(TENANT).await.unwrap().unwrap().standing, domain::Standing::Allowed);
    let mut app = cluster.connect(APP, &database).await;
    let refused = app.execute("delete from admission").await.unwrap_err().to_string();
    assert!(refused.contains("permission denied"), "no more than it may do to tenants: {refused}");
}

/// The server's role removes old changes since the feed is read, and whoever upgrades does not have to know.
#[tokio::test]
async fn the_role_of_the_server_may_remove_old_changes_after_an_upgrade_without_a_new_grant() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let mut owner = cluster.connect(OWNER, &database).await;
    let before = format!(
        "revoke delete on change from {APP}; alter table change drop column lost; \
         delete from schema_version where version >= 4"
    );
    owner.execute(sqlx::AssertSqlSafe(before)).await.unwrap();
    let mut app = cluster.connect(APP, &database).await;
    app.execute("delete from change").await.unwrap_err();
    assert_eq!(cluster.open(OWNER, &database).await.migrate().await.unwrap(), 3);
    app.execute("delete from change").await.unwrap();
    let refused = app.execute("delete from incident").await.unwrap_err().to_string();
    assert!(refused.contains("permission denied"), "{refused}");
}
