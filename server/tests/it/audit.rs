//! Who did what: a line for each thing that somebody did, asked for or was refused.

use domain::TenantId;
use services::audit::{AuditRecord, AuditResult};
use services::testing::AuditChain;

use crate::support::{CONTOSO, Muster, Person, Reply, SEVERITY, TestApp, run};

/// The lines of the request that this is the answer to.
async fn lines_of(app: &TestApp, tenant: TenantId, reply: &Reply) -> Vec<AuditRecord> {
    let id = reply.header("x-request-id");
    assert!(!id.is_empty());
    let lines = app.audit_log(tenant).await;
    lines.into_iter().filter(|line| line.request.request_id.as_deref() == Some(id)).collect()
}

async fn only_line_of(app: &TestApp, reply: &Reply) -> AuditRecord {
    let mut lines = lines_of(app, CONTOSO, reply).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

#[test]
fn signing_in_and_out_leave_a_line_each() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        let arrived = app.sign_in(&browser, Person::Auditor).await;
        let line = only_line_of(app, &arrived).await;
        assert_eq!((line.action.as_str(), line.result), ("session.sign_in", AuditResult::Allow));
        assert_eq!((line.actor, line.actor_name.as_str()), (Some(Person::Auditor.id()), "Joana Whitcombe"));
        assert_eq!(line.detail["roles"], serde_json::json!(["Auditor"]));
        assert_eq!(line.request.ip.as_deref(), Some("127.0.0.1"));
        let gone = browser.post("/auth/sign-out", &[]).await;
        let line = only_line_of(app, &gone).await;
        assert_eq!((line.action.as_str(), line.result), ("session.sign_out", AuditResult::Allow));
        assert_eq!(line.actor, Some(Person::Auditor.id()));
        let again = browser.post("/auth/sign-out", &[]).await;
        assert_eq!(lines_of(app, CONTOSO, &again).await, [], "there was nobody to sign out");
    });
}

#[test]
fn a_sign_in_that_the_person_called_off_is_noted_and_a_callback_out_of_nowhere_is_not() {
    run(async {
        let app = TestApp::shared().await;
        let nobodys = TenantId(uuid::Uuid::nil());
        let browser = app.browser();
        let authority = browser.get("/auth/sign-in").await;
        let to: url::Url = authority.location().parse().unwrap();
        let state = to.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let refused = browser.get(&format!("/auth/callback?error=access_denied&state={state}")).await;
        assert!(refused.body.contains("Sign-in cancelled"), "{}", refused.body);
        let lines = lines_of(app, nobodys, &refused).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!((lines[0].action.as_str(), lines[0].result), ("session.sign_in", AuditResult::Deny));
        let reference = lines[0].detail["reference"].as_str().unwrap();
        assert!(refused.body.contains(reference), "the page has the reference of the line: {}", refused.body);
        let stray = browser.get("/auth/callback?error=access_denied&state=unknown").await;
        assert_eq!(stray.status, 400);
        assert_eq!(lines_of(app, nobodys, &stray).await, []);
    });
}

#[test]
fn every_change_leaves_a_line() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Manager).await;
        let declared = browser.post("/incidents/new", &[("title", "Leaves traces"), ("severity", SEVERITY)]).await;
        let number = declared.number();
        let address = app::routes::incident(number);
        let target = format!("incident:{number}");
        let edit = [("version", "1"), ("title", "Left traces"), ("summary", ""), ("severity", SEVERITY)];
        let replies = [
            ("incident.declare", declared),
            ("incident.edit", browser.post(&app::routes::edit(number), &edit).await),
            ("incident.note", browser.post(&address, &[("form", "note"), ("body", "A secret note")]).await),
            (
                "incident.identify",
                browser.post(&address, &[("form", "act"), ("action", "identify"), ("version", "2")]).await,
            ),
        ];
        for (action, reply) in replies {
            assert_eq!(reply.status, 303, "{action}: {}", reply.body);
            let line = only_line_of(app, &reply).await;
            assert_eq!((line.action.as_str(), line.target.as_str()), (action, target.as_str()));
            assert_eq!((line.result, line.actor), (AuditResult::Allow, Some(Person::Manager.id())));
            assert!(!line.detail.to_string().contains("secret"), "what people write is not repeated: {}", line.detail);
        }
        assert_eq!(app.records.verify(CONTOSO).await.unwrap(), None);
    });
}

#[test]
fn every_denial_leaves_a_line_and_no_trace_elsewhere() {
    run(async {
        let app = TestApp::shared().await;
        let number = app.signed_in(Person::Manager).await.declare("Not for viewers to change").await;
        let address = app::routes::incident(number);
        let viewer = app.signed_in(Person::Viewer).await;
        let edit = [("version", "1"), ("title", "Mine"), ("summary", ""), ("severity", SEVERITY)];
        let replies = [
            ("operator.sign_in", viewer.get("/admin/sign-in").await),
            ("incident.declare", viewer.post("/incidents/new", &[("title", "Mine"), ("severity", SEVERITY)]).await),
            ("incident.edit", viewer.post(&app::routes::edit(number), &edit).await),
            ("incident.note", viewer.post(&address, &[("form", "note"), ("body", "Mine")]).await),
            (
                "incident.identify",
                viewer.post(&address, &[("form", "act"), ("action", "identify"), ("version", "1")]).await,
            ),
        ];
        for (action, reply) in replies {
            assert_eq!(reply.status, 403, "{action}: {}", reply.body);
            let denied: Vec<_> =
                lines_of(app, CONTOSO, &reply).await.into_iter().filter(|line| line.action == action).collect();
            assert_eq!(denied.len(), 1, "{action}: {denied:?}");
            assert_eq!((denied[0].result, denied[0].actor), (AuditResult::Deny, Some(Person::Viewer.id())));
        }
        let after = app.incident(number).await;
        assert_eq!((after.incident.version, after.entries.len()), (1, 1));
    });
}

#[test]
fn imports_and_exports_leave_a_line_each() {
    run(async {
        let (app, folder) = TestApp::alone().await;
        let (file, tenant) = (folder.path().join("trace.csv"), CONTOSO.to_string());
        std::fs::write(&file, "start_time,end_time,status,service\n0,60,1,mail\n60,90,1,mail\n").unwrap();
        let import = ["import", "--tenant", &tenant, "--anchor", "2021-03-01"];
        Muster::on(folder.path(), &import).arg(&file).finish().success();
        Muster::on(folder.path(), &["export", "--tenant", &tenant]).finish().success();
        let lines: Vec<_> = app.audit_log(CONTOSO).await.into_iter().take(2).collect();
        assert_eq!((lines[0].action.as_str(), lines[1].action.as_str()), ("incident.export", "incident.import"));
        assert_eq!(lines[1].detail, serde_json::json!({ "file": "trace.csv", "incidents": 2 }));
        assert_eq!(lines[0].actor_name, "muster export (command line)");
        assert_eq!(lines[1].actor_name, "muster import (command line)");
        assert_eq!(app.records.verify(CONTOSO).await.unwrap(), None);
        let browser = app.signed_in(Person::Viewer).await;
        assert!(browser.get("/incidents?tab=all").await.body.contains("Outage of mail"), "a running site shows them");
        app.stop().await;
    });
}
