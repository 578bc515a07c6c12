//! Stores that are away, damaged or from another time; and that a doctor changes nothing.

use identity::SystemClock;
use identity::testing::redis_servers::{RedisServers, free_port};
use server::doctor::Level;

use super::patient::{Patient, SECRET, problems};
use crate::support::{Muster, run, site_root};

fn files(patient: &Patient) -> Vec<String> {
    let entries = std::fs::read_dir(patient.folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn nothing_is_made_before_the_first_start() {
    run(async {
        let patient = Patient::healthy().await;
        let findings = patient.examined(&SystemClock).await;
        let later = findings.iter().filter(|found| found.finding.contains("will be made at the first start"));
        assert_eq!(later.count(), 3, "key ring, records, shared state: {findings:?}");
        assert_eq!(files(&patient), [""; 0]);
        patient.stop().await;
    });
}

#[test]
fn what_is_there_is_named_with_its_version() {
    run(async {
        let patient = Patient::healthy().await;
        Muster::on(patient.folder.path(), &["migrate"]).finish().success();
        let state = patient.folder.path().join("state.db");
        drop(identity::EmbeddedState::open(&state, std::sync::Arc::new(SystemClock)).await.unwrap());
        let findings = patient.examined(&SystemClock).await;
        assert_eq!(problems(&findings), []);
        for check in ["records", "shared_state"] {
            let found = findings.iter().find(|found| found.check == check).unwrap();
            assert!(found.level == Level::Ok && found.finding.starts_with("SQLite 3."), "{found:?}");
        }
        patient.stop().await;
    });
}

#[test]
fn what_an_upgrade_will_bring_up_to_date_is_said() {
    run(async {
        let patient = Patient::healthy().await;
        Muster::on(patient.folder.path(), &["migrate"]).finish().success();
        let file = format!("sqlite:{}", patient.folder.path().join("records.db").display());
        let pool = sqlx::SqlitePool::connect(&file).await.unwrap();
        let last = "delete from schema_version where version = (select max(version) from schema_version)";
        sqlx::query(last).execute(&pool).await.unwrap();
        pool.close().await;
        let findings = patient.examined(&SystemClock).await;
        let found = findings.iter().find(|found| found.check == "records").unwrap();
        assert!(found.level == Level::Ok && found.finding.contains("`muster migrate` will bring it to"), "{found:?}");
        patient.stop().await;
    });
}

/// An older server may be using it, and would not know the newer layout.
#[test]
fn a_state_file_of_an_older_layout_is_left_as_it_is() {
    run(async {
        let patient = Patient::healthy().await;
        let state = patient.folder.path().join("state.db");
        drop(identity::EmbeddedState::open(&state, std::sync::Arc::new(SystemClock)).await.unwrap());
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", state.display())).await.unwrap();
        sqlx::query("PRAGMA user_version = 1").execute(&pool).await.unwrap();
        let findings = patient.examined(&SystemClock).await;
        let found = findings.iter().find(|found| found.check == "shared_state").unwrap();
        let said = found.finding.contains("layout 1; `muster serve` will bring it to 2");
        assert!(found.level == Level::Ok && said, "{found:?}");
        let layout: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&pool).await.unwrap();
        assert_eq!(layout, 1);
        pool.close().await;
        patient.stop().await;
    });
}

#[test]
fn records_that_are_away_are_a_problem_without_the_password() {
    run(async {
        let mut patient = Patient::healthy().await;
        patient.set("MUSTER_DATABASE_URL", &format!("postgres://muster:{SECRET}@127.0.0.1:1/muster"));
        let problem = patient.problem().await;
        assert_eq!(problem.check, "records");
        assert!(problem.fix.unwrap().contains("MUSTER_DATABASE_URL"));
        patient.stop().await;
    });
}

#[test]
fn shared_state_that_is_away_is_a_problem_without_the_password() {
    run(async {
        let mut patient = Patient::healthy().await;
        patient.set("MUSTER_STATE_URL", &format!("redis://muster:{SECRET}@127.0.0.1:1"));
        let problem = patient.problem().await;
        assert_eq!(problem.check, "shared_state");
        assert!(problem.fix.unwrap().contains("MUSTER_STATE_URL"));
        patient.stop().await;
    });
}

#[test]
fn records_of_a_newer_muster_are_a_problem() {
    run(async {
        let mut patient = Patient::healthy().await;
        // A list that this Muster cannot read says nothing about who is let in.
        patient.set("MUSTER_TENANTS", "listed");
        Muster::on(patient.folder.path(), &["migrate"]).finish().success();
        let file = format!("sqlite:{}", patient.folder.path().join("records.db").display());
        let pool = sqlx::SqlitePool::connect(&file).await.unwrap();
        sqlx::query("insert into schema_version (version, name) values (4711, 'tomorrow')")
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
        let problem = patient.problem().await;
        assert!(problem.check == "records" && problem.finding.contains("4711"), "{problem:?}");
        patient.stop().await;
    });
}

#[test]
fn shared_state_of_a_newer_muster_is_a_problem() {
    run(async {
        let patient = Patient::healthy().await;
        let state = patient.folder.path().join("state.db");
        drop(identity::EmbeddedState::open(&state, std::sync::Arc::new(SystemClock)).await.unwrap());
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", state.display())).await.unwrap();
        sqlx::query("PRAGMA user_version = 4711").execute(&pool).await.unwrap();
        pool.close().await;
        assert_eq!(patient.problem().await.check, "shared_state");
        patient.stop().await;
    });
}

#[test]
fn a_redis_that_answers_is_named_with_its_version() {
    run(async {
        let servers = RedisServers::new();
        let server = servers.start(free_port(), &[], &[]).await;
        let mut patient = Patient::healthy().await;
        patient.set("MUSTER_STATE_URL", &server.url());
        let findings = patient.examined(&SystemClock).await;
        let found = findings.iter().find(|found| found.check == "shared_state").unwrap();
        let version = found.finding.strip_prefix("Redis ").and_then(|rest| rest.chars().next());
        assert!(found.level == Level::Ok && version.is_some_and(|first| first.is_ascii_digit()), "{found:?}");
        patient.stop().await;
    });
}

#[test]
fn damaged_files_are_a_problem() {
    run(async {
        let patient = Patient::healthy().await;
        for (name, check) in [("records.db", "records"), ("state.db", "shared_state"), ("key-ring", "key_ring")] {
            let file = patient.folder.path().join(name);
            std::fs::write(&file, "no database and no key ring either, but longer than a hundred bytes".repeat(20))
                .unwrap();
            assert_eq!(patient.problem().await.check, check);
            std::fs::remove_file(&file).unwrap();
        }
        patient.stop().await;
    });
}

#[test]
fn a_folder_that_cannot_be_made_is_a_problem() {
    run(async {
        let mut patient = Patient::healthy().await;
        let file = site_root().join("favicon.svg/state");
        patient.set("MUSTER_DATA_DIR", &file.display().to_string());
        let found = problems(&patient.examined(&SystemClock).await);
        let checks: Vec<_> = found.iter().map(|found| found.check).collect();
        assert_eq!(checks, ["records", "shared_state"]);
        patient.stop().await;
    });
}
