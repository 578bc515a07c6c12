//! The life of an incident, told by a program.

use reqwest::Method;
use serde_json::json;
use services::audit::AuditResult;

use super::Client;
use super::client::{fields, refusal};
use crate::support::{CONTOSO, Person, TestApp, run};

#[test]
fn an_incident_is_declared_changed_moved_on_written_about_and_deleted() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let service = app.service().await;
        let body = json!({
            "title": "Checkout is slow", "summary": "Since *noon*.", "severity": "SEV2", "status": "investigating",
            "services": [service.to_uppercase()],
        });
        let declared = manager.post("one", &body).await;
        assert_eq!(declared.status, 201, "{}", declared.body);
        assert_eq!((declared.location(), declared.header("etag")), ("/api/incidents/INC-1", "\"v1\""));
        let incident = declared.json();
        assert_eq!((&incident["number"], &incident["source"]), (&json!("INC-1"), &json!("api")));
        assert_eq!(incident["declared_by"], "Ishaan Okafor");
        assert_eq!(incident["services"][0]["name"], service);

        let path = "/api/incidents/INC-1";
        let read = manager.get("/api/incidents/1").await;
        assert_eq!((read.status.as_u16(), read.header("etag")), (200, "\"v1\""));
        assert_eq!(read.json(), incident, "by its bare number too");
        let changed = manager.patch(path, "\"v1\"", &json!({ "title": "Checkout is down", "severity": "SEV1" })).await;
        assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"v2\""), "{}", changed.body);
        assert_eq!(
            (&changed.json()["title"], &changed.json()["summary"]),
            (&json!("Checkout is down"), &json!("Since *noon*."))
        );
        let moved = manager.act(path, "\"v2\"", &json!({ "action": "identify" })).await;
        assert_eq!((moved.status.as_u16(), &moved.json()["status"]), (200, &json!("identified")), "{}", moved.body);
        let again = manager.act(path, "\"v2\"", &json!({ "action": "identify" })).await;
        assert_eq!(
            (again.status.as_u16(), again.header("etag")),
            (200, "\"v3\""),
            "a request that is sent twice is done"
        );
        let note = json!({ "body": "The cache is cold." });
        let noted = manager.ask(Method::POST, &format!("{path}/notes"), &[("idempotency-key", "n")], &note).await;
        assert_eq!((noted.status.as_u16(), noted.body.as_str()), (204, ""));
        let timeline = manager.get(&format!("{path}/timeline")).await.json();
        let kinds: Vec<_> = timeline["items"].as_array().unwrap().iter().map(|item| &item["entry"]["kind"]).collect();
        assert_eq!(kinds, ["declared", "field_changed", "severity_changed", "status_changed", "note"]);
        assert_eq!(timeline["items"][4]["entry"]["body"], "The cache is cold.");
        assert_eq!(timeline["next"], json!(null));

        let deleted = manager.delete(path).await;
        assert_eq!((deleted.status.as_u16(), deleted.body.as_str()), (204, ""));
        assert_eq!(refusal(&manager.delete(path).await), (404, "not_found".to_owned()));
        assert_eq!(refusal(&manager.get(path).await), (404, "not_found".to_owned()));
        assert_eq!(manager.get("/api/incidents?tab=all").await.json()["items"], json!([]));
        let browser = app.signed_in(Person::Manager).await;
        assert_eq!(browser.get("/incidents/INC-1").await.status, 404, "nor do people find it on the pages");
        assert_eq!(manager.declare("The next one").await, "/api/incidents/INC-2", "numbers are never given again");

        let log = app.audit_log(CONTOSO).await;
        let line = log.iter().find(|line| line.action == "incident.delete").unwrap();
        assert_eq!((line.target.as_str(), line.result), ("incident:INC-1", AuditResult::Allow));
        assert_eq!((line.actor, line.actor_name.as_str()), (Some(Person::Manager.id()), "Ishaan Okafor"));
        assert!(line.request.request_id.is_some() && line.request.ip.is_some(), "{line:?}");
        app.stop().await;
    });
}

#[test]
fn without_a_word_about_it_an_incident_starts_in_triage() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let responder = Client::of(&app, Person::Responder).await;
        let declared = responder.post("k", &json!({ "title": "Something is odd" })).await;
        assert_eq!(declared.status, 201, "{}", declared.body);
        assert_eq!((&declared.json()["status"], &declared.json()["severity"]), (&json!("triage"), &json!(null)));
        let path = declared.location().to_owned();
        let accepted = responder.act(&path, "\"v1\"", &json!({ "action": "accept" })).await;
        assert_eq!(refusal(&accepted), (409, "step_not_ready".to_owned()));
        assert_eq!(fields(&accepted), ["severity"]);
        let accepted = responder.act(&path, "*", &json!({ "action": "accept", "severity": "SEV4" })).await;
        assert_eq!((accepted.status.as_u16(), &accepted.json()["status"]), (200, &json!("investigating")));
        let declined = responder.act(&path, "\"v2\"", &json!({ "action": "decline", "reason": "late" })).await;
        assert_eq!(refusal(&declined), (409, "step_not_allowed".to_owned()));
        let cancelled = responder.act(&path, "\"v2\"", &json!({ "action": "cancel" })).await;
        assert_eq!(refusal(&cancelled), (422, "invalid".to_owned()));
        assert_eq!(fields(&cancelled), ["reason"]);
        app.stop().await;
    });
}

#[test]
fn what_is_wrong_is_named_field_by_field() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Right").await;
        let post = async |body| manager.post("wrong", &body).await;
        for (body, field) in [
            (json!({}), "title"),
            (json!([]), "body"),
            (json!(["A title"]), "body"),
            (json!({ "title": 7 }), "title"),
            (json!({ "title": null }), "title"),
            (json!({ "title": "  " }), "title"),
            (json!({ "title": "x".repeat(201) }), "title"),
            (json!({ "title": "x", "severity": "SEV9" }), "severity"),
            (json!({ "title": "x", "severity": null }), "severity"),
            (json!({ "title": "x", "status": "investigating" }), "severity"),
            (json!({ "title": "x", "status": "closed" }), "status"),
            (json!({ "title": "x", "kind": "retrospective" }), "kind"),
            (json!({ "title": "x", "services": "General" }), "services"),
            (json!({ "title": "x", "services": ["General", " "] }), "services[1]"),
            (json!({ "title": "x", "people": ["Ada"] }), "people"),
            (json!({ "title": "x", "visibility": "restricted", "people": ["a\nb"] }), "people[0]"),
            (json!({ "title": "x", "number": 7 }), "number"),
        ] {
            let reply = post(body.clone()).await;
            assert_eq!(refusal(&reply), (422, "invalid".to_owned()), "{body}");
            assert_eq!(fields(&reply), [field], "{body}: {}", reply.body);
        }
        let both = post(json!({ "title": "", "summary": "\u{7}", "status": "investigating" })).await;
        assert_eq!(fields(&both), ["title", "summary", "severity"], "all of it at once");
        let unknown = post(json!({ "title": "x", "services": [app.service().await, "Nothing"] })).await;
        assert_eq!(
            (refusal(&unknown), fields(&unknown)),
            ((409, "unknown_reference".to_owned()), vec!["services".to_owned()])
        );
        let restricted = json!({ "title": "x", "visibility": "restricted", "people": ["Nobody Known"] });
        let unknown = post(restricted).await;
        assert_eq!(
            (refusal(&unknown), fields(&unknown)),
            ((409, "unknown_reference".to_owned()), vec!["people".to_owned()])
        );
        let change = manager.patch(&path, "\"v1\"", &json!({ "status": "closed" })).await;
        assert_eq!((refusal(&change), fields(&change)), ((422, "invalid".to_owned()), vec!["status".to_owned()]));
        assert_eq!(app.incidents(CONTOSO).await.len(), 1, "nothing was saved");
        app.stop().await;
    });
}

#[test]
fn a_body_is_json_of_a_bearable_size() {
    run(async {
        let app = TestApp::shared().await;
        let manager = Client::of(app, Person::Manager).await;
        let post = async |kind: &str, body: String| {
            let request = manager.request(Method::POST, "/api/incidents").header("idempotency-key", "k");
            manager.send(request.header("content-type", kind).body(body)).await
        };
        assert_eq!(refusal(&post("text/plain", "{}".to_owned()).await), (415, "json_expected".to_owned()));
        assert_eq!(refusal(&post("application/json", "{".to_owned()).await), (400, "malformed_json".to_owned()));
        assert_eq!(refusal(&post("application/json", " ".repeat(600_000)).await), (413, "too_large".to_owned()));
    });
}
