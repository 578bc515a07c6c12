//! What one organisation, or one person, has of another.

use reqwest::Method;
use serde_json::{Value, json};

use super::Client;
use super::client::refusal;
use crate::support::{CONTOSO, FABRIKAM, Person, TestApp, run};

/// Asks for an incident in every way; all answers must be that it is not there.
async fn is_nowhere(client: &Client, path: &str) {
    let missing = (404, "not_found".to_owned());
    assert_eq!(refusal(&client.get(path).await), missing);
    assert_eq!(refusal(&client.patch(path, "\"v1\"", &json!({ "title": "x" })).await), missing);
    assert_eq!(refusal(&client.ask(Method::PATCH, path, &[], &json!({ "title": "x" })).await), missing, "before 428");
    assert_eq!(refusal(&client.act(path, "\"v1\"", &json!({ "action": "resolve" })).await), missing);
    assert_eq!(refusal(&client.get(&format!("{path}/timeline")).await), missing);
    let note = client.ask(Method::POST, &format!("{path}/notes"), &[], &json!({ "body": "x" })).await;
    assert_eq!(refusal(&note), missing);
    assert_eq!(refusal(&client.delete(path).await), missing);
    let listed = client.get("/api/incidents?tab=all&limit=100").await.json();
    let number = json!(path.rsplit('/').next().unwrap());
    assert!(listed["items"].as_array().unwrap().iter().all(|row| row["number"] != number), "{listed}");
}

#[test]
fn another_organisation_has_none_of_it() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Contoso's own").await;
        let stranger = Client::of(&app, Person::Stranger).await;
        is_nowhere(&stranger, &path).await;
        let theirs = stranger.declare("Fabrikam's own").await;
        assert_eq!(theirs, path, "numbers count up in each organisation");
        assert_eq!(manager.get(&path).await.json()["title"], "Contoso's own");
        assert_eq!((app.incidents(CONTOSO).await.len(), app.incidents(FABRIKAM).await.len()), (1, 1));
        let elsewhere = app.own_token(domain::Permission::Read, FABRIKAM).await;
        let elsewhere = Client::with(&app, Some(elsewhere));
        assert_eq!(elsewhere.get(&path).await.json()["title"], "Fabrikam's own");
        app.stop().await;
    });
}

#[test]
fn a_restricted_incident_is_there_only_for_those_named_and_those_who_oversee() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        // Whoever is to be named has signed in once.
        app.signed_in(Person::Responder).await;
        let body = json!({
            "title": "Payroll", "visibility": "restricted", "people": ["Mirela Castellanos"],
            "status": "investigating", "severity": "SEV3",
        });
        let declared = manager.post("k", &body).await;
        assert_eq!(declared.status, 201, "{}", declared.body);
        let path = declared.location().to_owned();
        is_nowhere_for_a_viewer(&app, &path).await;
        for person in [Person::Responder, Person::Admin, Person::Auditor] {
            let client = Client::of(&app, person).await;
            let read = client.get(&path).await;
            assert_eq!(read.status, 200, "{person:?}");
            let names: Vec<Value> =
                read.json()["people"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
            assert!(names.contains(&json!("Mirela Castellanos")), "{names:?}");
        }
        let readings = app.audit_log(CONTOSO).await;
        let readings = readings.iter().filter(|line| line.action == "incident.read").count();
        assert_eq!(readings, 4, "reading it is written down: once for the answer to the declaration, then three times");
        app.stop().await;
    });
}

async fn is_nowhere_for_a_viewer(app: &TestApp, path: &str) {
    let viewer = Client::of(app, Person::Viewer).await;
    assert_eq!(refusal(&viewer.get(path).await), (404, "not_found".to_owned()));
    let listed = viewer.get("/api/incidents?tab=all").await.json();
    assert_eq!(listed["items"], json!([]));
}
