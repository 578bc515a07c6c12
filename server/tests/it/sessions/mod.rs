//! Where people are signed in, and signing them out from afar.

mod admin;
mod command;
mod own;

use serde_json::{Value, json};
use services::audit::{AuditRecord, AuditResult};

use crate::support::{Browser, CONTOSO, Reply, TestApp};

/// What a page about sessions is made of.
async fn own(browser: &Browser) -> Vec<Value> {
    let reply = browser.call("/sfn/sessions/own", &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["sessions"].as_array().unwrap().clone()
}

/// The name of the session that this browser is signed in with.
async fn handle(browser: &Browser) -> String {
    let sessions = own(browser).await;
    let here = sessions.iter().find(|session| session["current"] == true).unwrap();
    here["handle"].as_str().unwrap().to_owned()
}

/// The browser has to sign in before it sees anything, and its scripts are told so.
async fn is_out(browser: &Browser) {
    let page = browser.get("/incidents").await;
    assert_eq!((page.status.as_u16(), page.body.as_str()), (302, ""), "{}", page.location());
    assert_eq!(page.location(), app::routes::sign_in("/incidents"));
    let call = browser.call("/sfn/sessions/own", &json!({})).await;
    assert_eq!((call.status.as_u16(), call.body.as_str()), (401, "\"Unauthenticated\""));
}

async fn is_in(browser: &Browser) {
    assert_eq!(browser.get("/incidents").await.status, 200);
}

/// The one line that the request of this answer left, besides the one that announces an end of sessions.
async fn line_of(app: &TestApp, reply: &Reply) -> AuditRecord {
    let id = reply.header("x-request-id");
    let lines = app.audit_log(CONTOSO).await;
    let mut lines: Vec<_> = lines.into_iter().filter(|line| line.request.request_id.as_deref() == Some(id)).collect();
    lines.retain(|line| line.action != "session.revoke_request");
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

fn allowed(line: &AuditRecord) -> (&str, &str, &Value) {
    assert_eq!(line.result, AuditResult::Allow);
    (&line.action, &line.target, &line.detail)
}
