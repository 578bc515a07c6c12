//! Programs that act by themselves.

use domain::Permission;
use reqwest::Method;
use serde_json::json;

use super::Client;
use super::client::refusal;
use crate::support::{CONTOSO, Person, TestApp, run};

#[test]
fn each_does_what_its_permission_says_and_nothing_else() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let reader = Client::program(&app, Permission::Read, CONTOSO).await;
        let writer = Client::program(&app, Permission::ReadWrite, CONTOSO).await;
        let deleter = Client::program(&app, Permission::Delete, CONTOSO).await;
        let lacking = (403, "insufficient_role".to_owned());
        let body = json!({ "title": "By a program", "severity": "SEV4", "status": "investigating" });
        assert_eq!(refusal(&reader.post("k", &body).await), lacking);
        assert_eq!(refusal(&deleter.post("k", &body).await), lacking);
        let declared = writer.post("k", &body).await;
        assert_eq!(declared.status, 201, "{}", declared.body);
        let path = declared.location().to_owned();
        let name = "b5d9f3a1-7e26-4c8a-9f14-602ea2c8d7b5 (application)";
        assert_eq!(declared.json()["declared_by"], name);
        assert_eq!(reader.get(&path).await.json()["declared_by"], name);
        assert_eq!(refusal(&deleter.get(&path).await), lacking);
        assert_eq!(refusal(&reader.patch(&path, "\"v1\"", &json!({ "title": "x" })).await), lacking);
        let restrict = json!({ "visibility": "restricted" });
        assert_eq!(refusal(&writer.patch(&path, "\"v1\"", &restrict).await), (403, "forbidden".to_owned()));
        assert_eq!(writer.act(&path, "\"v1\"", &json!({ "action": "resolve" })).await.status, 200);
        let timeline = reader.get(&format!("{path}/timeline")).await.json();
        assert_eq!(timeline["items"][1]["entry"]["by"], name);
        assert_eq!(refusal(&writer.delete(&path).await), lacking);
        assert_eq!(refusal(&reader.delete(&path).await), lacking);
        assert_eq!(deleter.delete(&path).await.status, 204);
        let line = app.audit_log(CONTOSO).await.into_iter().find(|line| line.action == "incident.delete").unwrap();
        assert_eq!(line.actor_name, "c6ea04b2-8f37-4d9b-a025-713fb3d9e8c6 (application)");
        assert_eq!(line.actor, Some(services::user_id(CONTOSO, "application c6ea04b2-8f37-4d9b-a025-713fb3d9e8c6")));
        app.stop().await;
    });
}

#[test]
fn none_sees_a_restricted_incident() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Payroll").await;
        assert_eq!(manager.patch(&path, "\"v1\"", &json!({ "visibility": "restricted" })).await.status, 200);
        let missing = (404, "not_found".to_owned());
        for permission in [Permission::Read, Permission::ReadWrite] {
            let program = Client::program(&app, permission, CONTOSO).await;
            assert_eq!(refusal(&program.get(&path).await), missing, "{permission}");
            assert_eq!(program.get("/api/incidents?tab=all").await.json()["items"], json!([]), "{permission}");
        }
        let deleter = Client::program(&app, Permission::Delete, CONTOSO).await;
        assert_eq!(refusal(&deleter.delete(&path).await), missing);
        app.stop().await;
    });
}

/// A person's token is no program's, whatever roles they have, and the other way round.
#[test]
fn a_scope_gives_nobody_a_role() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Kept").await;
        let forbidden = (403, "forbidden".to_owned());
        for person in [Person::Viewer, Person::Auditor] {
            let client = Client::of(&app, person).await;
            assert_eq!(client.get(&path).await.status, 200, "{person:?}");
            assert_eq!(refusal(&client.post("k", &json!({ "title": "x" })).await), forbidden, "{person:?}");
            assert_eq!(refusal(&client.delete(&path).await), forbidden, "{person:?}");
        }
        let responder = Client::of(&app, Person::Responder).await;
        assert_eq!(refusal(&responder.delete(&path).await), forbidden, "the role is needed besides the scope");
        let close = json!({ "action": "close" });
        assert_eq!(refusal(&responder.act(&path, "\"v1\"", &close).await), forbidden);
        let unscoped = Client::with(&app, Some(app.token(Person::Manager, "Incidents.Read Incidents.Write").await));
        assert_eq!(
            refusal(&unscoped.delete(&path).await),
            (403, "insufficient_scope".to_owned()),
            "and the scope besides the role"
        );
        let refused = app.audit_log(CONTOSO).await;
        let denials = refused.iter().filter(|line| line.result == services::audit::AuditResult::Deny).count();
        assert_eq!(denials, 6, "what a role does not cover is written down");
        let note = responder.ask(Method::POST, &format!("{path}/notes"), &[], &json!({ "body": "x" })).await;
        assert_eq!(note.status, 204);
        app.stop().await;
    });
}
