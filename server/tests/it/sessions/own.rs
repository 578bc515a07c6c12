//! Everybody's own.

use serde_json::json;

use super::{allowed, handle, is_in, is_out, line_of, own};
use crate::support::{Person, TestApp, run};

#[test]
fn a_browser_that_was_signed_out_elsewhere_is_at_the_sign_in_page_at_its_next_request() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (here, there) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Viewer).await);
        assert_eq!(own(&here).await.len(), 2);
        let lost = handle(&there).await;
        let done = here.post("/sessions", &[("end", "one"), ("handle", &lost)]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/sessions"), "{}", done.body);
        is_out(&there).await;
        let said = "Done. They are signed out.";
        let page = here.get("/sessions").await;
        assert!(page.body.contains(said), "{}", page.body);
        let again = here.get("/sessions").await;
        assert!(!again.body.contains(said), "it is said once: {}", again.body);
        assert_eq!(own(&here).await.len(), 1);
        let late = here.post("/sessions", &[("end", "one"), ("handle", &lost)]).await;
        assert_eq!(late.status, 303, "{}", late.body);
        let page = here.get("/sessions").await;
        assert!(page.body.contains("Nothing to do: it was over already."), "{}", page.body);
        let line = line_of(&app, &done).await;
        let target = format!("session:{}", &lost[..12]);
        let detail = json!({ "count": 1, "user": Person::Viewer.id() });
        assert_eq!(allowed(&line), ("session.revoke", target.as_str(), &detail));
        assert_eq!(line.actor, Some(Person::Viewer.id()));
        app.stop().await;
    });
}

#[test]
fn all_others_end_and_this_one_stays() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let here = app.signed_in(Person::Viewer).await;
        let others = [app.signed_in(Person::Viewer).await, app.signed_in(Person::Viewer).await];
        let colleague = app.signed_in(Person::Responder).await;
        let done = here.post("/sessions", &[("end", "others")]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/sessions"), "{}", done.body);
        for other in &others {
            is_out(other).await;
        }
        is_in(&here).await;
        is_in(&colleague).await;
        let line = line_of(&app, &done).await;
        let target = format!("user:{}", Person::Viewer.id());
        assert_eq!(allowed(&line), ("session.revoke", target.as_str(), &json!({ "count": 2, "kept": "this session" })));
        app.stop().await;
    });
}

#[test]
fn ending_the_session_one_is_in_leads_to_where_signing_out_leads() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Nobody).await;
        let here = handle(&browser).await;
        let done = browser.post("/sessions", &[("end", "one"), ("handle", &here)]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/signed-out"), "{}", done.body);
        is_out(&browser).await;
    });
}

#[test]
fn nothing_on_the_page_could_be_used_in_place_of_the_session() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Auditor).await;
        let cookie = browser.cookie("muster").unwrap();
        let page = browser.get("/sessions").await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains(&cookie), "the id of the cookie is on the page");
        let imposter = app.browser();
        let forged = imposter.navigation(reqwest::Method::GET, "/incidents");
        let reply = imposter.send(forged.header("cookie", format!("muster={}", handle(&browser).await))).await;
        assert_eq!(reply.status, 302);
    });
}

#[test]
fn somebody_elses_session_stays_and_the_attempt_is_noted() {
    run(async {
        let app = TestApp::shared().await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let theirs = handle(&responder).await;
        let tried = viewer.post("/sessions", &[("end", "one"), ("handle", &theirs)]).await;
        assert_eq!(tried.status, 403, "{}", tried.body);
        let line = line_of(app, &tried).await;
        assert_eq!((line.action.as_str(), line.result), ("session.revoke", services::audit::AuditResult::Deny));
        is_in(&responder).await;
        // Of another organisation it is as if there were none.
        let stranger = app.signed_in(Person::Stranger).await;
        let far = stranger.call("/sfn/sessions/end", &json!({ "form": { "end": "one", "handle": theirs } })).await;
        assert_eq!(far.json(), json!({ "count": 0, "here": false }));
        is_in(&responder).await;
    });
}

#[test]
fn a_form_that_another_person_was_shown_does_nothing() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (here, there) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Viewer).await);
        let shown_to = Person::Manager.id().to_string();
        let refused = here.post("/sessions", &[("end", "others"), ("shown_to", &shown_to)]).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert!(refused.body.contains("this form was opened by somebody else"), "{}", refused.body);
        let nonsense = here.post("/sessions", &[("end", "everything")]).await;
        assert_eq!(nonsense.status, 422, "{}", nonsense.body);
        is_in(&there).await;
        app.stop().await;
    });
}
