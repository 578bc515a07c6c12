//! Server functions as a hydrated page calls them: the same refusals as the forms, as data.

use domain::{IncidentNumber, Status};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Browser, Person, Reply, SEVERITY, TestApp, run};

fn declaration(title: &str, key: &str) -> Value {
    json!({ "form": {
        "title": title, "summary": "", "severity": SEVERITY, "services": [], "visibility": "", "people": [],
        "triage": false, "test": false, "key": key,
    } })
}

async fn identify(browser: &Browser, number: IncidentNumber, version: u32) -> Reply {
    let form = json!({ "action": "identify", "version": version.to_string(), "reason": "", "severity": "" });
    browser.call("/sfn/incidents/act", &json!({ "number": number, "form": form })).await
}

#[test]
fn they_do_what_the_forms_do() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let declared = browser.call("/sfn/incidents/declare", &declaration("By a script", "script-1")).await;
        assert_eq!(declared.status, 200, "{}", declared.body);
        let number: IncidentNumber = serde_json::from_value(declared.json()).unwrap();
        let again = browser.call("/sfn/incidents/declare", &declaration("By a script", "script-1")).await;
        assert_eq!(again.json(), declared.json(), "the same key, the same incident");
        let reused = browser.call("/sfn/incidents/declare", &declaration("Another", "script-1")).await;
        assert_eq!((reused.status.as_u16(), reused.json()), (422, json!("KeyReused")));
        assert_eq!(identify(&browser, number, 1).await.status, 200);
        let note = json!({ "number": number, "form": { "body": "By a script", "key": "script-2" } });
        for _ in 0..2 {
            assert_eq!(browser.call("/sfn/incidents/note", &note).await.status, 200);
        }
        assert_eq!(app.notes(number).await, ["By a script"]);
        assert_eq!(app.incident(number).await.incident.status, Status::Identified);
        let asked = json!({ "address": { "number": number.to_string(), "order": "", "after": "" } });
        let shown = browser.call("/sfn/incidents/show", &asked).await.json();
        assert_eq!(shown["incident"]["title"], "By a script");
    });
}

#[test]
fn refusals_name_the_field_or_the_other_persons_change() {
    run(async {
        let app = TestApp::shared().await;
        let (manager, responder) = (app.signed_in(Person::Manager).await, app.signed_in(Person::Responder).await);
        let wrong = manager.call("/sfn/incidents/declare", &declaration(" ", "")).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.json(), json!({ "Invalid": [{ "field": "title", "why": "must not be empty" }] }));
        let number = manager.declare("Changed by two scripts").await;
        assert_eq!(identify(&responder, number, 1).await.status, 200);
        let form = json!({
            "version": "1", "title": "Mine", "summary": "", "severity": SEVERITY, "services": [], "visibility": "",
            "people": [],
        });
        let stale = manager.call("/sfn/incidents/edit", &json!({ "number": number, "form": form })).await;
        assert_eq!(stale.status, 409, "{}", stale.body);
        let conflict = &stale.json()["Stale"];
        assert_eq!(conflict["current"], 2);
        assert_eq!(conflict["changes"][0]["actor"], "Mirela Castellanos");
        assert_eq!(app.incident(number).await.incident.title.as_str(), "Changed by two scripts");
    });
}

#[test]
fn what_is_no_call_changes_nothing_and_tells_nothing() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        for body in ["", "{", "[]", "null", r#"{"form":{}}"#, r#"{"form":{"title":7}}"#, "title=x&severity=SEV3"] {
            let request =
                browser.script(Method::POST, "/sfn/incidents/declare").header("content-type", "application/json");
            let reply = browser.send(request.body(body)).await;
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (400, "\"Malformed\""), "{body}");
        }
        let reply = browser.send(browser.script(Method::GET, "/sfn/incidents/declare")).await;
        assert!(reply.status.is_client_error(), "{} {}", reply.status, reply.body);
        let reply = browser.call("/sfn/incidents/nothing", &json!({})).await;
        assert_eq!(reply.status, 404, "{}", reply.body);
    });
}
