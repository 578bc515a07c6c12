//! Those of an organisation.

use serde_json::{Value, json};
use services::audit::AuditResult;

use super::{allowed, handle, is_in, is_out, line_of};
use crate::support::{Browser, CONTOSO, Person, TestApp, run};

async fn listed(browser: &Browser, person: &str) -> Vec<Value> {
    let address = json!({ "address": { "person": person, "after": "", "ask": "" } });
    let reply = browser.call("/sfn/sessions/everyone", &address).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["page"]["items"].as_array().unwrap().clone()
}

#[test]
fn an_admin_sees_their_own_organisation_and_nothing_of_another() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let admin = app.signed_in(Person::Admin).await;
        let viewer = app.signed_in(Person::Viewer).await;
        let stranger = app.signed_in(Person::Stranger).await;
        let all = listed(&admin, "").await;
        let mut people: Vec<_> = all.iter().map(|one| one["person"]["id"].as_str().unwrap().to_owned()).collect();
        people.sort();
        let mut expected = [Person::Admin, Person::Viewer].map(|person| person.id().to_string());
        expected.sort();
        assert_eq!(people, expected);
        assert_eq!(listed(&admin, &Person::Viewer.id().to_string()).await.len(), 1);
        let far = admin.get(&app::routes::sessions_of(Person::Stranger.id())).await;
        assert_eq!(far.status, 404);
        let there = handle(&stranger).await;
        let tried = admin.post("/admin/sessions", &[("end", "one"), ("handle", &there)]).await;
        assert_eq!(tried.status, 303);
        let person = Person::Stranger.id().to_string();
        let tried = admin.post("/admin/sessions", &[("end", "person"), ("person", &person)]).await;
        assert_eq!(tried.status, 404);
        is_in(&stranger).await;
        is_in(&viewer).await;
        app.stop().await;
    });
}

#[test]
fn an_admin_signs_out_one_session_and_one_person_everywhere() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let admin = app.signed_in(Person::Admin).await;
        let theirs = [app.signed_in(Person::Viewer).await, app.signed_in(Person::Viewer).await];
        let again = app.signed_in(Person::Viewer).await;
        let page = app::routes::sessions_of(Person::Viewer.id());
        let one = handle(&again).await;
        let done = admin.post(&page, &[("end", "one"), ("handle", &one)]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, page.as_str()), "{}", done.body);
        is_out(&again).await;
        let person = Person::Viewer.id().to_string();
        let done = admin.post(&page, &[("end", "person"), ("person", &person)]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, page.as_str()), "{}", done.body);
        for browser in &theirs {
            is_out(browser).await;
        }
        is_in(&admin).await;
        let line = line_of(&app, &done).await;
        assert_eq!(allowed(&line), ("session.revoke", format!("user:{person}").as_str(), &json!({ "count": 2 })));
        assert_eq!(line.actor, Some(Person::Admin.id()));
        app.stop().await;
    });
}

#[test]
fn everyone_of_the_organisation_is_signed_out_and_nobody_else() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let admin = app.signed_in(Person::Admin).await;
        let viewer = app.signed_in(Person::Viewer).await;
        let stranger = app.signed_in(Person::Stranger).await;
        let question = admin.get(app::routes::SIGN_EVERYONE_OUT).await;
        assert!(question.body.contains("All 2 sessions of your organisation end, yours included"), "{}", question.body);
        is_in(&viewer).await;
        let done = admin.post(app::routes::SIGN_EVERYONE_OUT, &[("end", "everyone")]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/signed-out"), "{}", done.body);
        is_out(&viewer).await;
        is_out(&admin).await;
        is_in(&stranger).await;
        let line = line_of(&app, &done).await;
        assert_eq!(allowed(&line), ("session.revoke", format!("tenant:{CONTOSO}").as_str(), &json!({ "count": 2 })));
        app.stop().await;
    });
}

#[test]
fn without_the_role_it_is_a_page_that_names_the_role_and_a_line_in_the_log() {
    run(async {
        let app = TestApp::shared().await;
        let manager = app.signed_in(Person::Manager).await;
        for (page, action) in [
            (manager.get("/admin/sessions").await, "session.list"),
            (manager.post("/admin/sessions", &[("end", "everyone")]).await, "session.revoke"),
        ] {
            assert_eq!(page.status, 403, "{}", page.body);
            let line = line_of(app, &page).await;
            assert_eq!((line.action.as_str(), line.result), (action, AuditResult::Deny));
            assert_eq!(line.target, format!("tenant:{CONTOSO}"));
        }
        let page = manager.get("/admin/sessions").await;
        assert!(page.body.contains("This page is for the role Admin"), "{}", page.body);
        is_in(&manager).await;
    });
}
