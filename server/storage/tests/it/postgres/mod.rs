//! Records in PostgreSQL.

mod cluster;
mod fences;
mod migrations;
mod races;
mod trouble;

use sea_orm::Database;
use storage::Records;

use crate::raw::Beside;
use cluster::{APP, Cluster};

mod contract {
    services::store_contract_tests!(super::fresh);
}

mod beside {
    crate::raw::tests!(super::beside);
}

/// Empty records in a database of their own, as the role that a careful operator runs the server with.
pub async fn fresh() -> (Records, &'static Cluster) {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    (cluster.open(APP, &database).await, cluster)
}

async fn beside() -> (Beside, &'static Cluster) {
    let cluster = Cluster::get().await;
    let database = cluster.database("muster").await;
    let records = cluster.open(APP, &database).await;
    // A superuser: row-level security does not bind them, triggers do.
    let raw = Database::connect(cluster.url("postgres", &database)).await.unwrap();
    let without_triggers = &[
        "alter table audit_log disable trigger audit_log_only_grows",
        "alter table timeline_entry disable trigger timeline_entry_only_grows",
    ];
    (Beside { records, raw, without_triggers }, cluster)
}
