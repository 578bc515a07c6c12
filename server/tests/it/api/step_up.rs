//! A fresh proof of identity before what was finished is deleted or reopened.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Permission;
use entra_local::Answer;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Client;
use super::client::refusal;
use crate::support::{CONTOSO, CP1, Person, SCOPES, Setup, TestApp, run};

const PROVEN: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c7"},"xms_cc":{"values":["cp1"]}}}"#;

async fn asking() -> (TestApp, TempDir) {
    let folder = TempDir::new().unwrap();
    let settings = vec![("MUSTER_STEP_UP_CONTEXT", "c7")];
    (TestApp::start(folder.path(), Setup { settings, ..Setup::default() }).await, folder)
}

async fn token(app: &TestApp, claims: &str) -> Client {
    Client::with(app, Some(app.token_with(Person::Manager, SCOPES, claims, &[]).await))
}

/// The claims of a challenge.
fn claims(reply: &crate::support::Reply) -> Value {
    let challenge = reply.header("www-authenticate");
    assert!(challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    assert!(challenge.contains("authorization_uri=\""), "{challenge}");
    let encoded = challenge.split("claims=\"").nth(1).unwrap().split('"').next().unwrap();
    serde_json::from_slice(&STANDARD.decode(encoded).unwrap()).unwrap()
}

#[test]
fn deleting_takes_the_proof_and_says_how_to_get_it() {
    run(async {
        let (app, _folder) = asking().await;
        let unaware = Client::of(&app, Person::Manager).await;
        let path = unaware.declare("To be deleted").await;
        let refused = unaware.delete(&path).await;
        assert_eq!(refusal(&refused), (403, "step_up_needed".to_owned()), "nothing that this client could do");
        let aware = token(&app, CP1).await;
        let challenged = aware.delete(&path).await;
        assert_eq!(refusal(&challenged), (401, "insufficient_claims".to_owned()));
        let asked = claims(&challenged);
        assert_eq!(asked, json!({ "access_token": { "acrs": { "essential": true, "value": "c7" } } }));
        assert_eq!(aware.get(&path).await.status, 200, "nothing was done, and nothing else takes it");
        let responder = Client::of(&app, Person::Responder).await;
        assert_eq!(refusal(&responder.delete(&path).await), (403, "forbidden".to_owned()), "no proof makes a role");
        let then = [Answer::Approve];
        let proven = Client::with(&app, Some(app.token_with(Person::Manager, SCOPES, PROVEN, &then).await));
        assert_eq!(proven.delete(&path).await.status, 204);
        app.stop().await;
    });
}

#[test]
fn reopening_takes_it_only_after_closing() {
    run(async {
        let (app, _folder) = asking().await;
        let aware = token(&app, CP1).await;
        let path = aware.declare("Not over").await;
        let change = json!({ "summary": "Written up.", "services": [app.service().await] });
        assert_eq!(aware.patch(&path, "*", &change).await.status, 200);
        let reopen = json!({ "action": "reopen", "reason": "It is back." });
        assert_eq!(aware.act(&path, "*", &json!({ "action": "resolve" })).await.status, 200);
        assert_eq!(aware.act(&path, "*", &reopen).await.status, 200);
        assert_eq!(aware.act(&path, "*", &json!({ "action": "resolve" })).await.status, 200);
        let closed = aware.act(&path, "*", &json!({ "action": "close" })).await;
        assert_eq!(closed.status, 200, "{}", closed.body);
        assert_eq!(refusal(&aware.act(&path, "*", &reopen).await), (401, "insufficient_claims".to_owned()));
        assert_eq!(aware.get(&path).await.json()["status"], "closed");
        app.stop().await;
    });
}

#[test]
fn a_program_has_nobody_who_could_prove_anything() {
    run(async {
        let (app, _folder) = asking().await;
        let path = Client::of(&app, Person::Manager).await.declare("Old").await;
        let deleter = Client::program(&app, Permission::Delete, CONTOSO).await;
        assert_eq!(deleter.send(deleter.request(Method::DELETE, &path)).await.status, 204);
        app.stop().await;
    });
}

#[test]
fn unless_it_is_set_nobody_is_asked() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Deleted at once").await;
        assert_eq!(manager.delete(&path).await.status, 204);
        app.stop().await;
    });
}
