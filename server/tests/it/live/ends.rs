//! How streams end: with their session, wherever it was ended, and for no other reason than those.

use std::time::{Duration, Instant};

use serde_json::json;
use services::ports::AdmissionStore;
use tempfile::TempDir;

use crate::support::{CONTOSO, Person, Setup, TestApp, Wire, run};
use server::live::Pace;

#[test]
fn a_session_that_is_revoked_ends_its_streams_and_no_others() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (one, other) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Viewer).await);
        let (mut first, mut second) = (Wire::open(&one).await, Wire::open(&one).await);
        let mut stays = Wire::open(&other).await;
        let began = Instant::now();
        let ended = other.call("/sfn/sessions/end", &json!({ "form": { "end": "others" } })).await;
        assert_eq!(ended.status, 200, "{}", ended.body);
        for wire in [&mut first, &mut second] {
            let told = wire.next().await.unwrap();
            assert_eq!((told.event.as_str(), told.json()), ("session", json!("signed_out_elsewhere")));
            assert_eq!(wire.next().await, None);
        }
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        let responder = app.signed_in(Person::Responder).await;
        let number = responder.declare("Still heard").await;
        assert_eq!(stays.next().await.unwrap().changed().number, number);
        app.stop().await;
    });
}

#[test]
fn signing_out_ends_the_streams_of_that_browser() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let browser = app.signed_in(Person::Viewer).await;
        let mut wire = Wire::open(&browser).await;
        let reply = browser.post("/auth/sign-out", &[]).await;
        assert!(reply.status.is_redirection(), "{}", reply.status);
        let told = wire.next().await.unwrap();
        assert_eq!((told.event.as_str(), told.json()), ("session", json!("ended")));
        assert_eq!(wire.next().await, None);
        app.stop().await;
    });
}

#[test]
fn an_organisation_that_is_blocked_is_told_no_more() {
    run(async {
        let folder = TempDir::new().unwrap();
        let pace = Some(Pace { beat: Duration::from_millis(50), look: Duration::from_secs(5) });
        let app = TestApp::start(folder.path(), Setup { pace, ..Setup::default() }).await;
        let browser = app.signed_in(Person::Viewer).await;
        let mut wire = Wire::open(&browser).await;
        let mut line = app.audit_log(CONTOSO).await.remove(0);
        line.id = uuid::Uuid::from_u128(1);
        let mut admission = app.records.admission(CONTOSO).await.unwrap().unwrap();
        admission.standing = domain::Standing::Blocked;
        app.records.decide(&admission, &line).await.unwrap();
        let told = wire.next().await.unwrap();
        assert_eq!((told.event.as_str(), told.json()), ("session", json!("ended")));
        assert_eq!(wire.next().await, None);
        app.stop().await;
    });
}

#[test]
fn a_session_has_eight_streams_and_the_oldest_gives_way() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let browser = app.signed_in(Person::Viewer).await;
        let mut streams = Vec::new();
        for _ in 0..9 {
            streams.push(Wire::open(&browser).await);
        }
        assert_eq!(app.live.streams(CONTOSO), 8);
        assert_eq!(streams[0].next().await, None);
        let responder = app.signed_in(Person::Responder).await;
        let number = responder.declare("Heard eight times").await;
        for wire in &mut streams[1..] {
            assert_eq!(wire.next().await.unwrap().changed().number, number);
        }
        app.stop().await;
    });
}

#[test]
fn a_server_that_is_asked_to_stop_does_not_wait_for_streams() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let browser = app.signed_in(Person::Viewer).await;
        let mut wire = Wire::open(&browser).await;
        tokio::time::timeout(Duration::from_secs(10), app.stop()).await.expect("it waits");
        assert_eq!(wire.next().await, None);
    });
}
