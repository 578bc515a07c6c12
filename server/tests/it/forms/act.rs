//! Taking a step.

use domain::{IncidentNumber, Status};

use super::words;
use crate::support::{Browser, Person, Reply, TestApp, run, text_area};

async fn step(browser: &Browser, number: IncidentNumber, action: &str, version: u32, reason: &str) -> Reply {
    let version = version.to_string();
    let fields = [("form", "act"), ("action", action), ("version", &version), ("reason", reason)];
    browser.post(&app::routes::incident(number), &fields).await
}

#[test]
fn an_incident_goes_through_its_whole_life() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Manager).await;
        let number = browser.declare("From cradle to grave").await;
        let life = [
            ("identify", Status::Identified),
            ("monitor", Status::Monitoring),
            ("resolve", Status::Resolved),
            ("close", Status::Closed),
        ];
        for (action, status) in life {
            let version = app.incident(number).await.incident.version;
            let reply = step(&browser, number, action, version, "").await;
            assert_eq!(reply.status, 303, "{action}: {}", words(&reply));
            assert_eq!(reply.location(), app::routes::incident(number));
            assert_eq!(app.incident(number).await.incident.status, status);
        }
    });
}

#[test]
fn a_step_that_needs_a_reason_says_so_and_one_that_leads_nowhere_too() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Manager).await;
        let number = browser.declare("Reasons are needed").await;
        let version = app.incident(number).await.incident.version;
        let reply = step(&browser, number, "cancel", version, " ").await;
        assert_eq!(reply.status, 422);
        assert!(words(&reply).contains("Reason "), "{}", words(&reply));
        let reply = step(&browser, number, "close", version, "").await;
        assert_eq!(reply.status, 422);
        assert!(words(&reply).contains("does not lead on from Investigating"), "{}", words(&reply));
        let reply = step(&browser, number, "explode", version, "").await;
        assert_eq!(reply.status, 422, "{}", words(&reply));
        assert_eq!(app.incident(number).await.incident.version, version);
    });
}

#[test]
fn a_stale_step_shows_who_did_what_and_keeps_the_reason() {
    run(async {
        let app = TestApp::shared().await;
        let (manager, responder) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Responder).await);
        let number = manager.declare("Two people at once").await;
        let version = app.incident(number).await.incident.version;
        assert_eq!(step(&responder, number, "identify", version, "").await.status, 303);
        let reply = step(&manager, number, "cancel", version, "It was a drill").await;
        assert_eq!(reply.status, 409, "{}", words(&reply));
        let text = words(&reply);
        assert!(text.contains("Somebody changed this incident since you opened it"), "{text}");
        assert!(text.contains("Mirela Castellanos moved it from Investigating to Identified"), "{text}");
        assert_eq!(text_area(&reply.body, "reason"), "It was a drill");
        assert_eq!(app.incident(number).await.incident.status, Status::Identified);
        let now = app.incident(number).await.incident.version;
        assert_eq!(step(&manager, number, "cancel", now, "It was a drill").await.status, 303);
        assert_eq!(app.incident(number).await.incident.status, Status::Cancelled);
    });
}

#[test]
fn the_same_step_twice_is_done_once() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Pressed twice").await;
        let version = app.incident(number).await.incident.version;
        for _ in 0..2 {
            assert_eq!(step(&browser, number, "identify", version, "").await.status, 303);
        }
        let moved = app.incident(number).await;
        assert_eq!((moved.incident.version, moved.entries.len()), (version + 1, 2));
    });
}

#[test]
fn a_step_that_is_not_offered_any_more_gives_its_reason_back() {
    run(async {
        let app = TestApp::shared().await;
        let (manager, responder) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Responder).await);
        let number = manager.declare("Moved on meanwhile").await;
        assert_eq!(step(&responder, number, "monitor", 1, "").await.status, 303);
        let reply = step(&manager, number, "cancel", 1, "It was only a drill").await;
        assert!(reply.status == 409 || reply.status == 422, "{}", words(&reply));
        assert!(!reply.body.contains("id=\"reason-cancel\""), "there is no such form any more");
        assert!(reply.body.contains(">It was only a drill</pre>"), "{}", reply.body);
    });
}
