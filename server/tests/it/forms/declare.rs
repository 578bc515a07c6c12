//! Declaring.

use domain::{SeverityKey, Status};

use super::words;
use crate::support::{Person, SEVERITY, TestApp, hidden, run, text_area};

#[test]
fn leads_to_the_incident_it_made() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let key = hidden(&browser.get("/incidents/new").await.body, "key");
        let fields = [
            ("title", "Checkout & <payment> fail"),
            ("severity", "SEV2"),
            ("summary", "Since *noon*.\r\nCards only."),
            ("key", &key),
        ];
        let reply = browser.post("/incidents/new", &fields).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert_eq!(reply.body, "");
        let number = reply.number();
        let made = app.incident(number).await.incident;
        assert_eq!(
            (made.title.as_str(), made.summary.as_str()),
            ("Checkout & <payment> fail", "Since *noon*.\nCards only.")
        );
        assert_eq!((made.status, made.severity), (Status::Investigating, Some(SeverityKey::Sev2)));
        let page = browser.get(reply.location()).await;
        assert_eq!(page.status, 200);
        assert!(words(&page).contains("Checkout & <payment> fail"), "{}", page.body);
        assert!(page.body.contains("<em>noon</em>"), "{}", page.body);
    });
}

#[test]
fn a_form_that_is_wrong_comes_back_as_it_was_typed_with_every_fault_named() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let key = hidden(&browser.get("/incidents/new").await.body, "key");
        let summary = "Half a page & a </textarea><b>trick</b>";
        let reply = browser.post("/incidents/new", &[("title", " "), ("summary", summary), ("key", &key)]).await;
        assert_eq!(reply.status, 422, "{}", reply.body);
        assert!(reply.location().is_empty());
        let text = words(&reply);
        assert!(text.contains("Title must not be empty"), "{text}");
        assert!(text.contains("Severity is needed"), "{text}");
        for field in ["title", "severity"] {
            assert!(reply.body.contains(&format!("href=\"#{field}\"")), "the summary links to {field}: {}", reply.body);
        }
        assert_eq!(text_area(&reply.body, "summary"), summary);
        assert!(!reply.body.contains("<b>trick</b>"), "{}", reply.body);
        assert_eq!(hidden(&reply.body, "key"), key, "the key is not used up");

        let fields = [("title", "Second try works"), ("severity", SEVERITY), ("summary", summary), ("key", &key)];
        let number = browser.post("/incidents/new", &fields).await.number();
        assert_eq!(app.incident(number).await.incident.summary.as_str(), summary);
    });
}

#[test]
fn a_title_that_is_too_long_is_kept_and_not_cut() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let title = "x".repeat(201);
        let reply = browser.post("/incidents/new", &[("title", &title), ("severity", SEVERITY)]).await;
        assert_eq!(reply.status, 422);
        assert_eq!(hidden(&reply.body, "title"), title);
        assert!(words(&reply).contains("Title has 201 characters; at most 200 fit"), "{}", words(&reply));
    });
}

#[test]
fn the_same_form_twice_is_one_incident() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let key = hidden(&browser.get("/incidents/new").await.body, "key");
        let fields = [("title", "Pressed the button twice"), ("severity", SEVERITY), ("summary", ""), ("key", &key)];
        let (first, second) =
            futures::future::join(browser.post("/incidents/new", &fields), browser.post("/incidents/new", &fields))
                .await;
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 303));
        assert_eq!(first.number(), second.number());
        assert_eq!(browser.post("/incidents/new", &fields).await.number(), first.number());
        assert_eq!(app.titled("Pressed the button twice").await, 1);

        let other = [("title", "Another one under the key"), ("severity", SEVERITY), ("summary", ""), ("key", &key)];
        let reply = browser.post("/incidents/new", &other).await;
        assert_eq!(reply.status, 422, "{}", reply.body);
        assert!(words(&reply).contains("This form was sent before with other content"), "{}", words(&reply));
        assert_eq!(hidden(&reply.body, "title"), "Another one under the key");
        assert_eq!(app.titled("Another one under the key").await, 0);
    });
}

#[test]
fn a_viewer_is_refused_and_nothing_is_made() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Viewer).await;
        let fields = [("title", "A viewer's incident"), ("severity", SEVERITY)];
        assert_eq!(browser.post("/incidents/new", &fields).await.status, 403);
        assert_eq!(app.titled("A viewer's incident").await, 0);
    });
}
