//! A copy taken while people write, and put back while the site runs.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use domain::TenantId;
use services::ports::AuditStore;
use services::testing::AuditChain;
use sqlx::Executor;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::beside;
use crate::support::{Browser, CONTOSO, Finished, Muster, Person, TestApp, run};

fn backup(folder: &Path, file: &Path) -> Finished {
    Muster::on(folder, &["backup"]).arg(file).finish()
}

fn restore(folder: &Path, file: &Path) -> Finished {
    Muster::on(folder, &["restore"]).arg(file).finish()
}

/// Writes notes one after the other until told to stop; gives a permit for each that was acknowledged.
async fn write(browser: Browser, address: String, stop: Arc<Semaphore>, acknowledged: Arc<Semaphore>) -> usize {
    let mut count = 0;
    while !stop.is_closed() {
        let (body, key) = (format!("note {count}"), format!("key-{count}"));
        let reply = browser.post(&address, &[("form", "note"), ("body", &body), ("key", &key)]).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        count += 1;
        acknowledged.add_permits(1);
    }
    count
}

#[test]
fn a_backup_beside_writers_is_whole_and_a_running_site_goes_on_with_it() {
    run(async {
        let (app, folder) = TestApp::alone().await;
        let (manager, writer) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Responder).await);
        let number = manager.declare("Written to all the time").await;
        let address = app::routes::incident(number);
        let (stop, acknowledged) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let writing = tokio::spawn(write(writer, address.clone(), stop.clone(), acknowledged.clone()));
        acknowledged.acquire_many(5).await.unwrap().forget();
        let before = 5 + acknowledged.available_permits();
        let file = folder.path().join("copy.tar.gz");
        let printed = backup(folder.path(), &file).success();
        assert!(printed.contains("the records are copied"), "{printed}");
        let after = 5 + acknowledged.available_permits() + 1;
        stop.close();
        let written = writing.await.unwrap();
        assert!(written >= before);

        // All of this is to be undone.
        manager.declare("Declared after the backup").await;
        let late = app.signed_in(Person::Viewer).await;
        assert_eq!(late.get("/incidents").await.status, 200);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let nobodys = app.records.recent(TenantId(Uuid::nil()), 1).await.unwrap();
        assert_eq!(nobodys[0].action, "records.backup", "the log says so");
        let printed = restore(folder.path(), &file).success();
        assert!(printed.contains("are back as they were"), "{printed}");

        let notes = app.notes(number).await;
        assert!((before..=after).contains(&notes.len()), "{before} <= {} <= {after}", notes.len());
        let expected: Vec<_> = (0..notes.len()).map(|n| format!("note {n}")).collect();
        assert_eq!(notes, expected, "as at one moment of the backup");
        assert_eq!(app.titled("Declared after the backup").await, 0);
        let page = manager.get(&address).await;
        assert_eq!(page.status, 200, "who was signed in still is");
        assert!(page.body.contains(&format!("note {}", notes.len() - 1)), "{}", page.body);
        assert_eq!(late.get("/incidents").await.status, 200, "sessions are no part of it, nobody's");
        let nobodys = app.records.recent(TenantId(Uuid::nil()), 1).await.unwrap();
        assert_eq!(nobodys[0].action, "records.restore", "the log says so");

        // It is written to as before, and the logs are kept from everybody as before.
        assert_eq!(app.records.verify(CONTOSO).await.unwrap(), None);
        assert_eq!(manager.declare("Declared after the restore").await.0, number.0 + 1);
        for sql in ["delete from audit_log", "update timeline_entry set body = 'never happened'"] {
            let refused = beside(folder.path()).await.execute(sql).await.unwrap_err().to_string();
            assert!(refused.contains("only grows"), "{sql}: {refused}");
        }
        assert_eq!(app.records.verify(CONTOSO).await.unwrap(), None);
        app.stop().await;
    });
}

#[test]
fn what_is_no_backup_is_refused_and_changes_nothing() {
    run(async {
        let (app, folder) = TestApp::alone().await;
        let manager = app.signed_in(Person::Manager).await;
        let number = manager.declare("Stays as it is").await;
        let not_a_backup = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let packed = |name: &str, members: &[(&str, &[u8])]| {
            let path = folder.path().join(name);
            let gz = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
            let mut archive = tar::Builder::new(gz);
            for (name, content) in members {
                let mut header = tar::Header::new_gnu();
                header.set_size(content.len() as u64);
                header.set_mode(0o600);
                archive.append_data(&mut header, name, *content).unwrap();
            }
            archive.into_inner().unwrap().finish().unwrap();
            path
        };
        let junk: &[u8] = &[b'x'; 8192];
        for file in [
            not_a_backup("text", b"no archive at all"),
            not_a_backup("empty", b""),
            packed("foreign.tar.gz", &[("readme.txt", b"hello")]),
            packed("half.tar.gz", &[("records.db", b"")]),
            packed("junk.tar.gz", &[("records.db", junk)]),
            folder.path().join("missing.tar.gz"),
        ] {
            let ended = restore(folder.path(), &file);
            assert_eq!(ended.code, Some(1), "{}: {ended:?}", file.display());
            assert!(ended.stderr.starts_with("muster: "), "{}: {ended:?}", file.display());
        }
        let leftovers = std::fs::read_dir(folder.path()).unwrap().filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().starts_with("restore-")
        });
        assert_eq!(leftovers.count(), 0);
        assert_eq!(manager.get(&app::routes::incident(number)).await.status, 200);
        assert_eq!(app.incidents(CONTOSO).await.len(), 1);

        let file = not_a_backup("taken", b"mine");
        let ended = backup(folder.path(), &file);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_eq!(std::fs::read(&file).unwrap(), b"mine", "a backup never overwrites");
        app.stop().await;
    });
}

#[test]
fn postgres_is_left_to_its_own_tools() {
    let folder = tempfile::TempDir::new().unwrap();
    for command in ["backup", "restore"] {
        let ended = Muster::on(folder.path(), &[command])
            .set("MUSTER_DATABASE_URL", "postgres://muster:hunter2@db.invalid/muster")
            .arg(folder.path().join("copy"))
            .finish();
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("pg_dump") && !ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}
