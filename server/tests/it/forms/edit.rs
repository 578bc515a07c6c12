//! Editing.

use domain::SeverityKey;

use super::words;
use crate::support::{Browser, Person, Reply, SEVERITY, TestApp, filled, hidden, run, text_area};

#[test]
fn changes_what_was_changed() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Typo in teh title").await;
        let address = app::routes::edit(number);
        let version = hidden(&browser.get(&address).await.body, "version");
        let fields =
            [("version", version.as_str()), ("title", "Typo in the title"), ("summary", "Now."), ("severity", "SEV1")];
        let reply = browser.post(&address, &fields).await;
        assert_eq!((reply.status.as_u16(), reply.location()), (303, app::routes::incident(number).as_str()));
        let now = app.incident(number).await.incident;
        assert_eq!((now.title.as_str(), now.summary.as_str()), ("Typo in the title", "Now."));
        assert_eq!((now.severity, now.version), (Some(SeverityKey::Sev1), 2));
    });
}

#[test]
fn a_field_that_is_wrong_is_named_and_everything_typed_is_kept() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Kept as typed").await;
        let address = app::routes::edit(number);
        let fields = [("version", "1"), ("title", ""), ("summary", "A long story & more"), ("severity", "SEV1")];
        let reply = browser.post(&address, &fields).await;
        assert_eq!(reply.status, 422);
        assert!(words(&reply).contains("Title must not be empty"), "{}", words(&reply));
        assert_eq!(text_area(&reply.body, "summary"), "A long story & more");
        assert_eq!(app.incident(number).await.incident.version, 1);
    });
}

#[test]
fn a_stale_edit_shows_who_changed_what_and_nothing_is_lost() {
    run(async {
        let app = TestApp::shared().await;
        let (manager, responder) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Responder).await);
        let number = manager.declare("Version of nobody").await;
        let address = app::routes::edit(number);
        let theirs = [("version", "1"), ("title", "Version of Mirela"), ("summary", ""), ("severity", "SEV1")];
        assert_eq!(responder.post(&address, &theirs).await.status, 303);

        let mine = [("version", "1"), ("title", "Version of Ishaan"), ("summary", "Mine"), ("severity", SEVERITY)];
        let reply = manager.post(&address, &mine).await;
        assert_eq!(reply.status, 409);
        let text = words(&reply);
        assert!(text.contains("Mirela Castellanos changed the title"), "{text}");
        assert!(text.contains("Version of Mirela"), "{text}");
        assert_eq!(hidden(&reply.body, "title"), "Version of Ishaan", "both changed it: mine is kept");
        assert_eq!(text_area(&reply.body, "summary"), "Mine");
        let current = app.incident(number).await.incident;
        assert_eq!((current.title.as_str(), current.version), ("Version of Mirela", 2));

        let version = hidden(&reply.body, "version");
        assert_eq!(version, "2");
        let again =
            [("version", version.as_str()), ("title", "Version of Ishaan"), ("summary", "Mine"), ("severity", "SEV1")];
        assert_eq!(manager.post(&address, &again).await.status, 303);
        let now = app.incident(number).await.incident;
        assert_eq!((now.title.as_str(), now.summary.as_str(), now.version), ("Version of Ishaan", "Mine", 3));
        assert_eq!(now.severity, Some(SeverityKey::Sev1), "what only Mirela changed stays hers");
    });
}

/// The form for editing as it stands on a page.
fn form(page: &Reply) -> Vec<(String, String)> {
    let form = page.body.split("<form").find(|form| form.contains("name=\"version\"")).unwrap();
    filled(&format!("<form{form}"))
}

/// Sends it with a field changed.
async fn save(browser: &Browser, address: &str, mut form: Vec<(String, String)>, change: (&str, &str)) -> Reply {
    form.retain(|(name, _)| name != change.0);
    form.push((change.0.to_owned(), change.1.to_owned()));
    let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(address, &fields).await
}

#[test]
fn saving_after_a_conflict_undoes_nothing_that_was_left_alone() {
    run(async {
        let app = TestApp::shared().await;
        let (manager, admin) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Admin).await);
        app.signed_in(Person::Viewer).await;
        let lev = Person::Viewer.id();
        let number = manager.declare("Open to few").await;
        let address = app::routes::edit(number);
        let mut restrict = form(&manager.get(&address).await);
        restrict.push(("people".to_owned(), lev.to_string()));
        assert_eq!(save(&manager, &address, restrict, ("visibility", "restricted")).await.status, 303);
        assert!(app.incident(number).await.incident.people.contains(&lev));

        let older = form(&manager.get(&address).await);
        let mut without = form(&admin.get(&address).await);
        without.retain(|field| *field != ("people".to_owned(), lev.to_string()));
        assert_eq!(save(&admin, &address, without, ("summary", "Not for Lev")).await.status, 303);
        assert!(!app.incident(number).await.incident.people.contains(&lev));

        let refused = save(&manager, &address, older, ("title", "Open to fewer")).await;
        assert_eq!(refused.status, 409, "{}", words(&refused));
        let again = form(&refused);
        assert!(again.contains(&("title".to_owned(), "Open to fewer".to_owned())), "{again:?}");
        assert_eq!(save(&manager, &address, again, ("severity", SEVERITY)).await.status, 303);
        let now = app.incident(number).await.incident;
        assert_eq!((now.title.as_str(), now.summary.as_str()), ("Open to fewer", "Not for Lev"));
        assert!(!now.people.contains(&lev), "whom somebody else took out stays out");
        assert_eq!(now.people, [Person::Manager.id()], "an Admin who edits is not named by that");
    });
}
