//! Requests that are sent twice.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::Client;
use super::client::refusal;
use crate::support::{CONTOSO, Person, TestApp, run};

#[test]
fn one_key_declares_one_incident() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let body = json!({ "title": "Sent five times" });
        let replies = join_all((0..5).map(|_| manager.post("the key", &body))).await;
        assert!(replies.iter().all(|reply| refusal(reply) == (400, "malformed_idempotency_key".to_owned())));
        let replies = join_all((0..5).map(|_| manager.post("\"the-key\"", &body))).await;
        for reply in &replies {
            assert_eq!((reply.status.as_u16(), &reply.body), (201, &replies[0].body), "the same answer");
            assert_eq!(reply.location(), "/api/incidents/INC-1");
        }
        assert_eq!(app.incidents(CONTOSO).await.len(), 1);
        let other = manager.post("\"the-key\"", &json!({ "title": "Another" })).await;
        assert_eq!(refusal(&other), (422, "idempotency_key_reused".to_owned()));
        let responder = Client::of(&app, Person::Responder).await;
        assert_eq!(
            responder.post("\"the-key\"", &body).await.location(),
            "/api/incidents/INC-2",
            "keys are everybody's own"
        );
        app.stop().await;
    });
}

#[test]
fn a_declaration_has_a_key() {
    run(async {
        let app = TestApp::shared().await;
        let manager = Client::of(app, Person::Manager).await;
        let without = manager.ask(Method::POST, "/api/incidents", &[], &json!({ "title": "x" })).await;
        assert_eq!(refusal(&without), (400, "idempotency_key_needed".to_owned()));
        for wrong in ["", "a b", &"k".repeat(129)] {
            let reply = manager.post(wrong, &json!({ "title": "x" })).await;
            assert_eq!(refusal(&reply), (400, "malformed_idempotency_key".to_owned()), "{wrong}");
        }
    });
}

#[test]
fn one_key_writes_one_note() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("With a note").await;
        let note = async |key: &str, text: &str| {
            let body = json!({ "body": text });
            manager.ask(Method::POST, &format!("{path}/notes"), &[("idempotency-key", key)], &body).await
        };
        assert_eq!(note("n1", "once").await.status, 204);
        assert_eq!(note("n1", "once").await.status, 204);
        assert_eq!(refusal(&note("n1", "twice").await), (422, "idempotency_key_reused".to_owned()));
        let body = json!({ "body": "without a key" });
        for _ in 0..2 {
            assert_eq!(manager.ask(Method::POST, &format!("{path}/notes"), &[], &body).await.status, 204);
        }
        assert_eq!(app.notes(domain::IncidentNumber(1)).await, ["once", "without a key", "without a key"]);
        app.stop().await;
    });
}
