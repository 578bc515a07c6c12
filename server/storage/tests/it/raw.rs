//! What only SQL past the store can show or spoil, on both engines.

use aws_lc_rs::digest::{SHA256, digest};
use domain::{Incident, Name, Service, ServiceId, Text};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::json;
use services::ports::{AuditStore, IdempotencyKey, IncidentStore, NewService, Once, Portable};
use services::testing::AuditChain;
use storage::Records;

use crate::fixture::{TENANT, USER, at, declare, everything, id, incident, line, make_tenant, numbers, record, run};

/// The records, SQL beside them, and how to switch the triggers of the logs off.
pub struct Beside {
    pub records: Records,
    pub raw: DatabaseConnection,
    pub without_triggers: &'static [&'static str],
}

impl Beside {
    async fn switch_triggers_off(&self) {
        for sql in self.without_triggers {
            run(&self.raw, sql).await.unwrap();
        }
    }

    async fn three_lines(&self) {
        for seconds in 0..3 {
            AuditStore::append(&self.records, &line(TENANT, seconds)).await.unwrap();
        }
        assert_eq!(self.records.verify(TENANT).await.unwrap(), None);
    }
}

pub async fn logs_refuse_change_and_removal(beside: Beside) {
    make_tenant(&beside.records, TENANT).await;
    declare(&beside.records).await.unwrap();
    for sql in [
        "update audit_log set actor_name = 'Eve'",
        "delete from audit_log",
        "update timeline_entry set body = 'never happened'",
        "delete from timeline_entry",
    ] {
        let refused = run(&beside.raw, sql).await.unwrap_err();
        assert!(refused.contains("only grows"), "{sql}: {refused}");
    }
    beside.switch_triggers_off().await;
    assert_eq!(run(&beside.raw, "delete from timeline_entry").await, Ok(1));
}

pub async fn a_changed_line_breaks_the_chain(beside: Beside) {
    beside.three_lines().await;
    beside.switch_triggers_off().await;
    let lines = beside.records.recent(TENANT, 10).await.unwrap();
    for (sql, undo) in [
        ("actor_name = 'Eve'", "actor_name = 'Ada'"),
        ("detail = '1'", "detail = 'null'"),
        ("at = at + 1", "at = at - 1"),
        ("result = 'deny'", "result = 'allow'"),
        ("ip = '127.0.0.1'", "ip = null"),
    ] {
        run(&beside.raw, &format!("update audit_log set {sql} where seq = 2")).await.unwrap();
        assert_eq!(beside.records.verify(TENANT).await.unwrap(), Some(lines[1].id), "{sql}");
        run(&beside.raw, &format!("update audit_log set {undo} where seq = 2")).await.unwrap();
        assert_eq!(beside.records.verify(TENANT).await.unwrap(), None, "{undo}");
    }
}

/// Somebody changes a line and computes its hash anew, as the documentation of the chain tells how: the line after it
/// gives them away.
pub async fn a_line_that_is_hashed_anew_breaks_the_chain(beside: Beside) {
    beside.three_lines().await;
    beside.switch_triggers_off().await;
    let lines = beside.records.recent(TENANT, 10).await.unwrap();
    let (second, backend) = (&lines[1], beside.raw.get_database_backend());
    let query = Statement::from_string(backend, "select prev_hash, hash from audit_log where seq = 2");
    let row = beside.raw.query_one_raw(query).await.unwrap().unwrap();
    let (before, hash): (Vec<u8>, Vec<u8>) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
    let hashed = |name: &str| {
        let form = json!([
            TENANT,
            2,
            second.id,
            second.at.micros(),
            USER,
            name,
            null,
            null,
            null,
            second.action,
            "",
            "null",
            "allow"
        ]);
        digest(&SHA256, &[before.clone(), form.to_string().into_bytes()].concat()).as_ref().to_vec()
    };
    assert_eq!(hashed("Ada"), hash, "the documented form is the real one");
    let sql = "update audit_log set actor_name = 'Eve', hash = $1 where seq = 2";
    let forge = Statement::from_sql_and_values(backend, sql, [hashed("Eve").into()]);
    beside.raw.execute_raw(forge).await.unwrap();
    assert_eq!(beside.records.verify(TENANT).await.unwrap(), Some(lines[0].id));
}

pub async fn a_missing_line_breaks_the_chain(beside: Beside) {
    beside.three_lines().await;
    beside.switch_triggers_off().await;
    let lines = beside.records.recent(TENANT, 10).await.unwrap();
    run(&beside.raw, "delete from audit_log where seq = 3").await.unwrap();
    assert_eq!(beside.records.verify(TENANT).await.unwrap(), Some(lines[1].id), "the end is missing");
    run(&beside.raw, "delete from audit_log where seq = 1").await.unwrap();
    assert_eq!(beside.records.verify(TENANT).await.unwrap(), Some(lines[1].id), "the beginning is missing");
    run(&beside.raw, "delete from audit_log").await.unwrap();
    assert_eq!(beside.records.verify(TENANT).await.unwrap(), Some(uuid::Uuid::nil()), "all is missing");
}

pub async fn every_change_is_in_the_feed(beside: Beside) {
    let records = &beside.records;
    make_tenant(records, TENANT).await;
    let declared = declare(records).await.unwrap();
    let after = Incident { version: 2, updated_at: at(5), ..declared.clone() };
    records.update(&everything(), &after, &record(TENANT, 5)).await.unwrap();
    IncidentStore::append(records, &everything(), declared.id, at(6), None, &record(TENANT, 6), None).await.unwrap();
    let batch = ["a", "b"].map(|origin| Portable {
        origin: origin.to_owned(),
        incident: incident(TENANT),
        entries: Vec::new(),
    });
    let service = Service { id: ServiceId(id()), name: Name::read("Mail").unwrap(), tier: 3 };
    let new = [NewService { service, audit: line(TENANT, 7) }];
    for _ in 0..2 {
        records.import(TENANT, &new, &batch, &line(TENANT, 7)).await.unwrap();
    }
    // What failed or changed nothing leaves no row.
    records.update(&everything(), &after, &record(TENANT, 8)).await.unwrap();
    let mut spoilt = record(TENANT, 9);
    spoilt.audit.id = records.recent(TENANT, 1).await.unwrap()[0].id;
    records.create(&incident(TENANT), &spoilt, None).await.unwrap_err();
    let feed = "select seq, version, at from change where entity = 'incident' order by seq";
    let expected = [[1, 1, 0], [2, 2, 5_000_000], [3, 2, 6_000_000], [5, 1, 7_000_000], [6, 1, 7_000_000]];
    assert_eq!(numbers(&beside.raw, feed).await, expected);
    let services = "select seq, version, at from change where entity = 'service'";
    assert_eq!(numbers(&beside.raw, services).await, [[4, 1, 7_000_000]]);
}

pub async fn expired_keys_are_removed_a_few_at_a_time(beside: Beside) {
    make_tenant(&beside.records, TENANT).await;
    let create = async |name: String, seconds| {
        let key = IdempotencyKey { key: name, request_hash: [0; 32] };
        let created = beside.records.create(&incident(TENANT), &record(TENANT, seconds), Some(&key)).await.unwrap();
        assert!(matches!(created, Once::Done(_)));
    };
    for i in 0..45 {
        create(format!("old-{i}"), i).await;
    }
    let mut left = Vec::new();
    for i in 0..3 {
        create(format!("new-{i}"), 2 * 86_400).await;
        left.push(numbers(&beside.raw, "select count(*) from idempotency_key").await[0][0]);
    }
    assert_eq!(left, [26, 7, 3]);
}

pub async fn a_damaged_value_is_named(beside: Beside) {
    make_tenant(&beside.records, TENANT).await;
    let declared = declare(&beside.records).await.unwrap();
    run(&beside.raw, "update incident set title = ' '").await.unwrap();
    let error = beside.records.find(&everything(), declared.number).await.unwrap_err();
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "column incident.title holds what Muster never writes: must not be empty"
    );
}

/// Makes the tests of one engine; `$beside` gives `(Beside, guard)`.
macro_rules! tests {
    ($beside:path: $($case:ident)+) => {
        $(
            #[tokio::test]
            async fn $case() {
                let (beside, _guard) = $beside().await;
                $crate::raw::$case(beside).await;
            }
        )+
    };
    ($beside:path) => {
        $crate::raw::tests! { $beside:
            logs_refuse_change_and_removal
            a_changed_line_breaks_the_chain
            a_line_that_is_hashed_anew_breaks_the_chain
            a_missing_line_breaks_the_chain
            every_change_is_in_the_feed
            expired_keys_are_removed_a_few_at_a_time
            a_damaged_value_is_named
        }
    };
}
pub(crate) use tests;
