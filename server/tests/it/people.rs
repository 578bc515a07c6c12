//! Colleagues: the picture in the header, the line in the menu, and finding somebody to name.

use domain::IncidentNumber;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Browser, CONTOSO, Person, SEVERITY, Setup, TestApp, run};

async fn search(browser: &Browser, query: &str) -> Value {
    let reply = browser.call("/sfn/people/search", &json!({ "query": query, "here": "/incidents/new" })).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.json()
}

fn names(found: &Value) -> Vec<&str> {
    found["people"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect()
}

/// Somebody who may name people and has let Muster look them up.
async fn permitted(app: &TestApp, person: Person) -> Browser {
    let browser = app.signed_in(person).await;
    let found = search(&browser, "nov").await;
    let way = found["beyond"]["Asked"]["way"].as_str().unwrap().to_owned();
    let arrived = app.consent(&browser, &way).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/incidents/new"), "{}", arrived.body);
    browser
}

#[test]
fn a_picture_is_kept_by_one_browser_for_an_hour() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Admin).await;
        let photo = browser.get("/me/photo").await;
        assert_eq!((photo.status, photo.header("content-type")), (StatusCode::OK, "image/png"));
        assert_eq!((photo.header("cache-control"), photo.header("vary")), ("private, max-age=3600", "cookie"));
        assert_eq!(photo.header("x-content-type-options"), "nosniff");
        let etag = photo.header("etag").to_owned();
        let again = browser.navigation(Method::GET, "/me/photo").header("if-none-match", &etag);
        assert_eq!(browser.send(again).await.status, StatusCode::NOT_MODIFIED);
        let without = app.signed_in(Person::Responder).await.get("/me/photo").await;
        assert_eq!((without.status, without.header("cache-control")), (StatusCode::OK, "private, max-age=3600"));
        assert_eq!(without.header("content-type"), "image/svg+xml", "one that shows nothing, and not a broken one");
        let stranger = app.browser();
        let request = stranger.script(Method::GET, "/me/photo");
        assert_eq!(stranger.send(request).await.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn the_menu_says_what_the_directory_says() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let profile = browser.call("/sfn/people/me", &json!({})).await.json();
        assert_eq!(profile, json!({ "job_title": "Site Reliability Engineer", "department": "Engineering" }));
    });
}

#[test]
fn colleagues_are_found_once_somebody_has_allowed_it() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = app.signed_in(Person::Manager).await;
        let before = search(&manager, "isha").await;
        assert_eq!(names(&before), ["Ishaan Okafor"], "whom Muster knows is found all the same");
        assert!(
            before["beyond"]["Asked"]["way"]
                .as_str()
                .unwrap()
                .starts_with("/auth/sign-in?return_to=%2Fincidents%2Fnew")
        );
        let manager = permitted(&app, Person::Manager).await;
        let found = search(&manager, "amin").await;
        assert_eq!((names(&found), &found["beyond"]), (vec!["Amina Novakova"], &json!("Searched")));
        assert!(found["people"][0]["subject"].is_string(), "not known yet");
        assert_eq!(names(&search(&manager, "dario").await), Vec::<&str>::new(), "of another organisation");
        for few in ["", "a", "  a ", "\"\""] {
            assert_eq!(names(&search(&manager, few).await), Vec::<&str>::new(), "{few}");
        }
    });
}

#[test]
fn somebody_who_never_signed_in_is_named_and_sees_the_incident_once_they_do() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = permitted(&app, Person::Manager).await;
        let subject = search(&manager, "lev").await["people"][0]["subject"].clone();
        let named = manager.call("/sfn/people/name", &json!({ "subject": subject })).await;
        assert_eq!(named.status, StatusCode::OK, "{}", named.body);
        let id = named.json()["id"].clone();
        assert_eq!(id, json!(Person::Viewer.id()));
        let form = json!({ "form": {
            "title": "For Lev", "summary": "", "severity": SEVERITY, "services": [], "visibility": "restricted",
            "people": [id], "triage": false, "test": false, "key": "people-1",
        } });
        let declared = manager.call("/sfn/incidents/declare", &form).await;
        assert_eq!(declared.status, StatusCode::OK, "{}", declared.body);
        let number: IncidentNumber = serde_json::from_value(declared.json()).unwrap();
        let address = app::routes::incident(number);
        assert_eq!(app.signed_in(Person::Viewer).await.get(&address).await.status, StatusCode::OK);
        assert_eq!(app.signed_in(Person::Responder).await.get(&address).await.status, StatusCode::NOT_FOUND);
        assert!(search(&manager, "lev").await["people"][0]["subject"].is_null(), "known now");
        let log = app.audit_log(CONTOSO).await;
        let line = log.iter().find(|line| line.action == "person.name").unwrap();
        assert_eq!(line.target, format!("user:{}", Person::Viewer.id()));
    });
}

#[test]
fn nobody_is_named_whom_the_directory_does_not_know() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = permitted(&app, Person::Manager).await;
        let of_fabrikam = "6d5f08c2-17be-4a93-9d3e-b2c41e7085fa";
        for subject in [of_fabrikam, "0A6D2B91-4C1E-4F87-B3A5-91E7C05D4821", "nobody", "", "../me"] {
            let reply = manager.call("/sfn/people/name", &json!({ "subject": subject })).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{subject}");
        }
    });
}

#[test]
fn only_those_look_who_may_restrict_an_incident() {
    run(async {
        let app = TestApp::shared().await;
        for person in [Person::Responder, Person::Viewer] {
            let browser = app.signed_in(person).await;
            for (path, arguments) in [
                ("/sfn/people/search", json!({ "query": "amina", "here": "/" })),
                ("/sfn/people/name", json!({ "subject": "a1491c7e-8f53-4cbd-99af-403eb61827ca" })),
            ] {
                let reply = browser.call(path, &arguments).await;
                assert_eq!(
                    (reply.status, reply.json()),
                    (StatusCode::FORBIDDEN, json!("Forbidden")),
                    "{person:?} {path}"
                );
            }
        }
    });
}

#[test]
fn groups_stand_for_roles_by_a_setting() {
    run(async {
        let folder = tempfile::TempDir::new().unwrap();
        // "All staff", which Nuri is in who has no app role.
        let settings = vec![("MUSTER_ROLE_GROUPS", "Viewer=91b7d3f0-4e26-4a85-b0c9-13f7a8d26e51")];
        let app = TestApp::start(folder.path(), Setup { settings, ..Setup::default() }).await;
        let nuri = app.signed_in(Person::Nobody).await;
        assert_eq!(nuri.get("/incidents").await.status, StatusCode::OK);
        assert_eq!(
            TestApp::shared().await.signed_in(Person::Nobody).await.get("/incidents").await.status,
            StatusCode::FORBIDDEN
        );
    });
}
