//! Bringing the schema up to date.

use sqlx::Executor;
use tempfile::TempDir;

use super::beside;
use crate::support::{Finished, Muster, free_port, run};

fn version(folder: &std::path::Path) -> Vec<i64> {
    run(async {
        let sql = "select version from schema_version order by version";
        sqlx::query_scalar(sql).fetch_all(&mut beside(folder).await).await.unwrap()
    })
}

#[test]
fn replicas_that_start_together_migrate_once() {
    let folder = TempDir::new().unwrap();
    let started: Vec<_> = (0..4).map(|_| Muster::on(folder.path(), &["migrate"]).spawn()).collect();
    let printed: Vec<_> = started.into_iter().map(|child| Finished::of(child).success()).collect();
    assert!(printed[0].starts_with("The records are at schema version "), "{printed:?}");
    assert!(printed.iter().all(|line| *line == printed[0]), "{printed:?}");
    let versions = version(folder.path());
    let steps = i64::try_from(versions.len()).unwrap();
    assert_eq!(versions, (1..=steps).collect::<Vec<_>>(), "each step once");
    assert_eq!(printed[0].trim(), format!("The records are at schema version {steps}."));
    assert_eq!(Muster::on(folder.path(), &["migrate"]).finish().success(), printed[0], "again, there is nothing to do");
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
    let site = folder.path().join("site").display().to_string();
    Muster::on(folder.path(), &["migrate"]).finish().success();
    run(async {
        let newer = "insert into schema_version (version, name) values (999, 'of another time')";
        beside(folder.path()).await.execute(newer).await.unwrap();
    });
    let before = version(folder.path());
    let tenant = crate::support::CONTOSO.to_string();
    let listen = format!("127.0.0.1:{}", free_port());
    for arguments in [&["migrate"] as &[&str], &["serve"], &["export", "--tenant", &tenant]] {
        let muster = Muster::on(folder.path(), arguments).set("MUSTER_SITE_ROOT", &site);
        let ended = muster.set("MUSTER_LISTEN", &listen).finish();
        assert_eq!(ended.code, Some(1), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains("schema version 999"), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("start the newer Muster"), "{arguments:?}: {}", ended.stderr);
    }
    assert_eq!(version(folder.path()), before);
}
