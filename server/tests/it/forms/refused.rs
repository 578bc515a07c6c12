//! Bodies that are no form, or too much of one, or come too late.

use reqwest::Method;

use super::words;
use crate::support::{Person, SEVERITY, TestApp, run};

#[test]
fn a_session_that_ended_gives_the_text_back() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Ended in the other tab").await;
        let address = app::routes::incident(number);
        assert_eq!(browser.post("/auth/sign-out", &[]).await.status, 303);
        let note = "An hour of <typing>\r\nand a second line";
        let reply = browser.post(&address, &[("form", "note"), ("body", note), ("key", "k-2")]).await;
        assert_eq!(reply.status, 401);
        assert!(words(&reply).contains(note), "{}", reply.body);
        assert!(!words(&reply).contains("k-2"), "only what was written comes back: {}", reply.body);
        assert!(reply.body.contains(&app::routes::sign_in(&address)), "{}", reply.body);
        assert_eq!(app.notes(number).await.len(), 0);
    });
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let summary = "x".repeat(512 * 1024);
        let fields = [("title", "Far too much"), ("severity", SEVERITY), ("summary", summary.as_str())];
        let reply = browser.post("/incidents/new", &fields).await;
        assert_eq!(reply.status, 413);
        assert!(words(&reply).contains("Shorten the text"), "{}", reply.body);
        assert!(words(&reply).contains("Far too much") && reply.body.contains(&summary), "the text is given back");
        let reply = app.browser().post("/incidents/new", &fields).await;
        assert_eq!(reply.status, 401);
        assert!(reply.body.contains(&summary), "this one too");
        let arguments = serde_json::json!({ "form": { "title": "Far too much", "summary": summary } });
        let reply = browser.call("/sfn/incidents/declare", &arguments).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (413, "\"TooLarge\""));
        assert_eq!(app.titled("Far too much").await, 0);
    });
}

#[test]
fn a_body_that_is_no_form_is_refused() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let number = browser.declare("Takes forms only").await;
        let addresses = ["/incidents/new".to_owned(), app::routes::incident(number), app::routes::edit(number)];
        for address in &addresses {
            for (kind, body) in [
                ("application/json", r#"{"title":"No form","severity":"SEV3"}"#),
                ("text/plain", "title=No+form&severity=SEV3"),
                ("multipart/form-data; boundary=x", "--x--"),
            ] {
                let request = browser.navigation(Method::POST, address).header("content-type", kind).body(body);
                let reply = browser.send(request).await;
                assert_eq!(reply.status, 415, "{address} {kind}: {}", reply.body);
                assert!(words(&reply).contains("no form of this page"), "a person gets a page: {}", reply.body);
                let request = browser.script(Method::POST, address).header("content-type", kind).body(body);
                let reply = browser.send(request).await;
                assert_eq!((reply.status.as_u16(), reply.json()["code"].as_str()), (415, Some("form_expected")));
            }
            let reply = browser.send(browser.navigation(Method::POST, address)).await;
            assert_eq!(reply.status, 415, "{address} without a body");
            for method in [Method::PUT, Method::DELETE, Method::PATCH] {
                assert_eq!(browser.send(browser.navigation(method, address)).await.status, 405, "{address}");
            }
        }
        let reply = browser.post(&app::routes::incident(number), &[("form", "other"), ("body", "?")]).await;
        assert_eq!(reply.status, 400, "{}", reply.body);
        assert!(words(&reply).contains("no form of this page"), "a person gets a page: {}", reply.body);
        assert_eq!(app.titled("No form").await, 0);
        assert_eq!(app.incident(number).await.incident.version, 1);
    });
}

#[test]
fn a_form_of_bytes_that_are_no_text_is_read_as_far_as_it_goes() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Responder).await;
        let request = browser
            .navigation(Method::POST, "/incidents/new")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(b"title=\xff%ff%zz&severity=%00&&=&title".to_vec());
        let reply = browser.send(request).await;
        assert_eq!(reply.status, 422, "{}", reply.body);
    });
}

#[test]
fn an_incident_that_does_not_exist_is_a_404_page() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Admin).await;
        for address in
            ["/incidents/INC-999999", "/incidents/0", "/incidents/INC-x", "/incidents/-1", "/incidents/99999999999"]
        {
            for reply in [
                browser.get(address).await,
                browser.get(&format!("{address}/edit")).await,
                browser.post(address, &[("form", "note"), ("body", "to nobody")]).await,
                browser
                    .post(&format!("{address}/edit"), &[("version", "1"), ("title", "x"), ("severity", SEVERITY)])
                    .await,
            ] {
                assert_eq!(reply.status, 404, "{address}: {}", words(&reply));
                assert!(words(&reply).contains("There is nothing at this address"), "{}", words(&reply));
            }
        }
    });
}

#[test]
fn a_form_whose_page_is_closed_to_the_person_gives_the_text_back() {
    run(async {
        let app = TestApp::shared().await;
        let number = app.signed_in(Person::Responder).await.declare("Closed to some").await;
        let (viewer, responder) = (app.signed_in(Person::Viewer).await, app.signed_in(Person::Responder).await);
        let note = [("form", "note"), ("body", "Written for <an hour>"), ("key", "k-9")];
        let declaration = [("title", "Mine"), ("severity", SEVERITY), ("summary", "Written for <an hour>")];
        let edit = [("version", "1"), ("title", "Mine"), ("summary", "Written for <an hour>")];
        let incident = app::routes::incident(number);
        for (person, address, fields, status) in [
            (&viewer, incident.as_str(), note.as_slice(), 403),
            (&viewer, "/incidents/new", &declaration, 403),
            (&viewer, &app::routes::edit(number), &edit, 403),
            (&responder, "/incidents/INC-999999", &note, 404),
            (&responder, "/incidents/INC-999999/edit", &edit, 404),
            (&responder, "/incidents/none", &note, 404),
            (&responder, "/incidents/none/edit", &edit, 404),
        ] {
            let reply = person.post(address, fields).await;
            assert_eq!(reply.status, status, "{address}: {}", words(&reply));
            assert!(words(&reply).contains("Written for <an hour>"), "{address}: {}", reply.body);
            assert!(!reply.body.contains("k-9"), "only what was written: {}", reply.body);
        }
    });
}
