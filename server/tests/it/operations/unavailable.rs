//! Records that are locked or full: a page that says so, and the record is there or it is not.

use std::time::Duration;

use serde_json::json;
use sqlx::Connection;
use storage::RecordsOptions;
use tempfile::TempDir;

use super::beside;
use crate::support::{Browser, CONTOSO, Person, Reply, SEVERITY, Setup, TestApp, free_port, hidden, run, text_area};
use crate::tenants::World;

const SUMMARY: &str = "A paragraph that took ten minutes";

async fn declare(browser: &Browser, title: &str, key: &str) -> Reply {
    let fields = [("title", title), ("severity", SEVERITY), ("summary", SUMMARY), ("key", key)];
    browser.post("/incidents/new", &fields).await
}

async fn declare_by_script(browser: &Browser, title: &str) -> Reply {
    let arguments = json!({ "form": {
        "title": title, "summary": "", "severity": SEVERITY, "services": [], "visibility": "", "people": [],
        "triage": false, "test": false, "key": "",
    } });
    browser.call("/sfn/incidents/declare", &arguments).await
}

/// The page or the error for records that are out of reach.
fn is_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert_eq!(reply.header("retry-after"), "5", "{}", reply.body);
    let pages = ["Muster cannot reach its records just now", "Muster is not available just now"];
    let says = pages.iter().any(|words| reply.body.contains(words)) || reply.body == "\"Unavailable\"";
    assert!(says, "{}", reply.body);
    for inside in ["SQLITE", "sqlx", "database is", "disk or the", "(code"] {
        assert!(!reply.body.contains(inside), "the cause stays here: {}", reply.body);
    }
}

#[test]
fn a_held_write_lock_is_a_503_and_nothing_is_lost() {
    run(async {
        let folder = TempDir::new().unwrap();
        let records = RecordsOptions { busy_timeout: Duration::from_millis(20), ..RecordsOptions::default() };
        let app = TestApp::start(folder.path(), Setup { records, ..Setup::default() }).await;
        let browser = app.signed_in(Person::Manager).await;
        let number = browser.declare("Before the lock").await;
        let address = app::routes::incident(number);

        let mut other = beside(folder.path()).await;
        let lock = other.begin_with("begin immediate").await.unwrap();
        let key = hidden(&browser.get("/incidents/new").await.body, "key");
        let refused = declare(&browser, "During the lock", &key).await;
        is_unavailable(&refused);
        assert_eq!(hidden(&refused.body, "title"), "During the lock");
        assert_eq!(text_area(&refused.body, "summary"), SUMMARY);
        assert_eq!(hidden(&refused.body, "key"), key);
        is_unavailable(&browser.post(&address, &[("form", "note"), ("body", "During"), ("key", "n")]).await);
        is_unavailable(&browser.post(&address, &[("form", "act"), ("action", "identify"), ("version", "1")]).await);
        is_unavailable(&declare_by_script(&browser, "During the lock").await);
        assert_eq!(browser.get(&address).await.status, 200, "reading goes on");
        assert_eq!(browser.get("/readyz").await.status, 200);
        assert_eq!(app.incidents(CONTOSO).await.len(), 1);
        let arrived = app.sign_in(&app.browser(), Person::Viewer).await;
        assert_eq!(arrived.status, 503, "nobody is signed in whom nobody could note: {}", arrived.body);
        assert!(arrived.body.contains("Start again"), "{}", arrived.body);
        lock.rollback().await.unwrap();

        assert_eq!(declare(&browser, "During the lock", &key).await.status, 303);
        assert_eq!(browser.post(&address, &[("form", "note"), ("body", "During"), ("key", "n")]).await.status, 303);
        assert_eq!(app.titled("During the lock").await, 1);
        assert_eq!(app.notes(number).await, ["During"]);
        app.signed_in(Person::Viewer).await;
        app.stop().await;
    });
}

#[test]
fn a_full_disk_is_a_503_and_keeps_what_was_acknowledged() {
    run(async {
        let (folder, authority) = (TempDir::new().unwrap(), free_port());
        let app = TestApp::start(folder.path(), Setup { authority, ..Setup::default() }).await;
        let browser = app.signed_in(Person::Manager).await;
        browser.declare("While there was room").await;
        app.stop().await;

        // No page more than there is.
        let records = RecordsOptions { max_page_count: Some(1), ..RecordsOptions::default() };
        let app = TestApp::start(folder.path(), Setup { records, authority, ..Setup::default() }).await;
        let browser = browser.moved_to(&app.base);
        let mut acknowledged = 1;
        loop {
            let reply = declare(&browser, "Filling the disk", "").await;
            if reply.status != 303 {
                is_unavailable(&reply);
                assert_eq!(text_area(&reply.body, "summary"), SUMMARY);
                break;
            }
            acknowledged += 1;
            assert!(acknowledged < 1_000, "the limit on pages does not hold");
        }
        for _ in 0..3 {
            is_unavailable(&declare_by_script(&browser, "Filling the disk").await);
            assert_eq!(app.incidents(CONTOSO).await.len(), acknowledged, "committed or absent");
        }
        assert_eq!(browser.get("/incidents").await.status, 200, "reading goes on");
        app.stop().await;

        let app = TestApp::start(folder.path(), Setup { authority, ..Setup::default() }).await;
        let browser = browser.moved_to(&app.base);
        let number = browser.declare("There is room again").await;
        assert_eq!(usize::try_from(number.0).unwrap(), acknowledged + 1, "no number was lost");
        app.stop().await;
    });
}

#[test]
fn a_replica_that_cannot_learn_whether_an_organisation_is_let_in_asks_to_come_back() {
    run(async {
        let world = World::new(&[]).await;
        world.tenants(&["allow", &CONTOSO.to_string()]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let elsewhere = browser.moved_to(&world.replica().await);
        let mut other = beside(world.folder.path()).await;
        sqlx::query("alter table admission rename to gone").execute(&mut other).await.unwrap();
        is_unavailable(&elsewhere.get("/incidents").await);
        is_unavailable(&elsewhere.post("/incidents/new", &[("title", "Not lost")]).await);
        is_unavailable(&declare_by_script(&elsewhere, "Not lost").await);
        sqlx::query("alter table gone rename to admission").execute(&mut other).await.unwrap();
        assert_eq!(elsewhere.get("/incidents").await.status, 200);
    });
}
