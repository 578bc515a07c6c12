//! What the database itself refuses, should a query forget its tenant.

use domain::TenantId;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait};
use services::ports::IdempotencyKey;
use services::ports::IncidentStore;

use super::cluster::{APP, Cluster, OWNER};
use crate::fixture::{OTHER, TENANT, id, incident, make_tenant, numbers, record, run};

const TABLES: [&str; 13] = [
    "tenant",
    "admission",
    "tenant_head",
    "app_user",
    "severity",
    "service",
    "incident",
    "incident_person",
    "incident_service",
    "timeline_entry",
    "change",
    "audit_log",
    "idempotency_key",
];

/// A database with rows of one tenant in most tables; as a role.
async fn filled(role: &str) -> (DatabaseConnection, DatabaseConnection) {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let records = cluster.open(APP, &database).await;
    for tenant in [TENANT, OTHER] {
        make_tenant(&records, tenant).await;
    }
    let key = IdempotencyKey { key: "k".to_owned(), request_hash: [0; 32] };
    records.create(&incident(TENANT), &record(TENANT, 0), Some(&key)).await.unwrap();
    let raw = Database::connect(cluster.url(role, &database)).await.unwrap();
    let superuser = Database::connect(cluster.url("postgres", &database)).await.unwrap();
    (raw, superuser)
}

/// A transaction that names a tenant, or none.
async fn naming(raw: &DatabaseConnection, tenant: Option<TenantId>) -> DatabaseTransaction {
    let tx = raw.begin().await.unwrap();
    if let Some(tenant) = tenant {
        tx.execute_unprepared(&format!("select set_config('muster.tenant', '{tenant}', true)")).await.unwrap();
    }
    tx
}

async fn count(tx: &DatabaseTransaction, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn rows_of_another_tenant_are_not_there_even_without_a_condition() {
    for role in [APP, OWNER] {
        let (raw, superuser) = filled(role).await;
        // Both tenants have an audit line since they were made.
        for (tenant, incidents, lines) in
            [(Some(TENANT), 1, 2), (Some(OTHER), 0, 1), (Some(TenantId(id())), 0, 0), (None, 0, 0)]
        {
            let tx = naming(&raw, tenant).await;
            for table in ["incident", "timeline_entry", "change", "idempotency_key"] {
                assert_eq!(count(&tx, table).await, incidents, "{role} {tenant:?} {table}");
            }
            assert_eq!(count(&tx, "audit_log").await, lines, "{role} {tenant:?}");
            assert_eq!(count(&tx, "tenant_head").await, lines.min(1), "{role} {tenant:?}");
            tx.rollback().await.unwrap();
        }
        assert_eq!(numbers(&superuser, "select count(*) from tenant").await, [[2]]);
        let tx = naming(&raw, Some(OTHER)).await;
        assert_eq!(count(&tx, "tenant").await, 1);
        let moved = tx.execute_unprepared("update incident set title = 'mine'").await.unwrap();
        assert_eq!(moved.rows_affected(), 0);
    }
}

#[tokio::test]
async fn rows_for_another_tenant_are_refused() {
    for role in [APP, OWNER] {
        let (raw, _) = filled(role).await;
        let tx = naming(&raw, Some(OTHER)).await;
        let sql = format!(
            "insert into change (tenant, seq, entity, id, version, at) values ('{TENANT}', 9, 'x', '{TENANT}', 1, 1)"
        );
        let refused = tx.execute_unprepared(&sql).await.unwrap_err().to_string();
        assert!(refused.contains("row-level security"), "{refused}");
    }
}

/// The list of tenants and the users of one home account can be read across tenants, each only by a transaction that says
/// so, and nothing else with them.
#[tokio::test]
async fn the_gates_in_the_fence_open_one_thing_each() {
    let (raw, superuser) = filled(APP).await;
    for (tenant, home) in [(TENANT, "'ada'"), (OTHER, "'ada'"), (OTHER, "'bo'"), (OTHER, "null")] {
        let user = id();
        let insert =
            "insert into app_user (tenant, id, subject, name, sort_name, created_at, last_seen_at, home_account)";
        run(&superuser, &format!("{insert} values ('{tenant}', '{user}', '{user}', 'a', 'a', 0, 0, {home})"))
            .await
            .unwrap();
    }
    for (settings, lists, users) in [
        (&[] as &[(&str, &str)], 0, 0),
        (&[("muster.list", "tenants")], 2, 0),
        (&[("muster.list", "yes")], 0, 0),
        (&[("muster.home_account", "ada")], 0, 2),
        (&[("muster.home_account", "nobody")], 0, 0),
        (&[("muster.home_account", "")], 0, 0),
    ] {
        let tx = naming(&raw, None).await;
        for (name, value) in settings {
            tx.execute_unprepared(&format!("select set_config('{name}', '{value}', true)")).await.unwrap();
        }
        assert_eq!((count(&tx, "admission").await, count(&tx, "app_user").await), (lists, users), "{settings:?}");
        for table in TABLES.into_iter().filter(|table| !["admission", "app_user"].contains(table)) {
            assert_eq!(count(&tx, table).await, 0, "{settings:?} {table}");
        }
        // For reading only: a policy for select lets no row be written.
        let written = tx.execute_unprepared("update admission set standing = 'blocked'").await.unwrap();
        assert_eq!(written.rows_affected(), 0, "{settings:?}");
        let written = tx.execute_unprepared("update app_user set name = 'Eve'").await.unwrap();
        assert_eq!(written.rows_affected(), 0, "{settings:?}");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn every_table_has_the_fence() {
    let (_, superuser) = filled(APP).await;
    let sql = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace \
               and relrowsecurity and relforcerowsecurity order by relname";
    let rows = superuser.query_all_raw(Statement::from_string(superuser.get_database_backend(), sql)).await.unwrap();
    let fenced: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let mut expected = TABLES.map(str::to_owned);
    expected.sort();
    assert_eq!(fenced, expected);
    let all = "select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace";
    let with_versions = i64::try_from(TABLES.len()).unwrap() + 1;
    assert_eq!(numbers(&superuser, all).await, [[with_versions]], "only schema_version belongs to no tenant");
}

#[tokio::test]
async fn the_role_of_the_server_can_not_rewrite_logs_or_the_schema() {
    let (raw, _) = filled(APP).await;
    for sql in [
        "update audit_log set actor_name = 'Eve'",
        "delete from audit_log",
        "truncate audit_log",
        "delete from timeline_entry",
        "update change set version = 9",
        "truncate change",
        "delete from incident",
        "alter table audit_log disable trigger all",
        "drop table change",
        "create table mine (n int)",
        "insert into schema_version values (9, 'x')",
    ] {
        let refused = run(&raw, sql).await.unwrap_err();
        assert!(refused.contains("permission denied") || refused.contains("must be owner"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn not_even_a_superuser_empties_a_log_by_accident() {
    let (_, superuser) = filled(APP).await;
    for table in ["audit_log", "timeline_entry"] {
        let refused = run(&superuser, &format!("truncate {table} cascade")).await.unwrap_err();
        assert!(refused.contains("only grows"), "{refused}");
    }
}

#[tokio::test]
async fn a_role_that_the_fence_does_not_bind_is_known() {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let mut admin = cluster.connect("postgres", &database).await;
    sqlx::Executor::execute(&mut admin, "create role passer login nosuperuser bypassrls").await.unwrap();
    for (role, passes) in [(APP, false), (OWNER, false), ("postgres", true), ("passer", true)] {
        assert_eq!(cluster.open(role, &database).await.passes_the_fence().await.unwrap(), passes, "{role}");
    }
}
