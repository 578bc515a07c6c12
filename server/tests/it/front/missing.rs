//! Addresses that are none, and methods that an address does not take.

use reqwest::Method;
use serde_json::json;

use crate::support::{Person, Reply, TestApp, Unserved, run};

const MARKER: &str = "planted-4711";

fn is_problem(reply: &Reply, status: u16, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{what}");
    let problem = reply.json();
    assert_eq!((&problem["status"], &problem["type"]), (&json!(status), &json!("about:blank")), "{what}");
}

fn is_page(reply: &Reply, status: u16, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert!(reply.header("content-type").starts_with("text/html"), "{what}");
    assert!(reply.body.contains("<h1"), "{what}: {}", reply.body);
}

#[test]
fn what_is_not_there_is_a_problem_for_programs_and_a_page_for_people() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Viewer).await;
        for folder in ["", "/incidents/a", "/auth", "/pkg"] {
            let path = format!("{folder}/{MARKER}?q={MARKER}");
            let asked = browser.send(browser.script(Method::GET, &path)).await;
            is_problem(&asked, 404, &path);
            assert!(!asked.body.contains(MARKER), "{path}: {}", asked.body);
            let gone_to = browser.get(&path).await;
            is_page(&gone_to, 404, &path);
            assert!(!gone_to.body.contains(MARKER), "{path}: {}", gone_to.body);
        }
        is_problem(&browser.get("/api/nothing").await, 401, "the API has no pages, and looks at no cookie");
        let called = browser.call(&format!("/sfn/{MARKER}"), &json!({})).await;
        assert_eq!((called.status.as_u16(), called.json()), (404, json!("NotFound")), "what hydrated pages understand");
    });
}

#[test]
fn a_method_that_an_address_does_not_take_is_said_with_those_it_does() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Viewer).await;
        for (method, path, allowed) in [
            (Method::DELETE, "/auth/sign-out", "POST"),
            (Method::HEAD, "/auth/callback", "GET"),
            (Method::POST, "/auth/callback", "GET"),
            (Method::DELETE, "/incidents/new", "GET"),
            (Method::POST, "/healthz", "GET"),
        ] {
            let what = format!("{method} {path}");
            let asked = browser.send(browser.script(method.clone(), path)).await;
            let gone_to = browser.send(browser.navigation(method.clone(), path)).await;
            for reply in [&asked, &gone_to] {
                assert_eq!(reply.status, 405, "{what}: {}", reply.body);
                assert!(reply.header("allow").contains(allowed), "{what}: {:?}", reply.headers);
            }
            if method != Method::HEAD {
                is_problem(&asked, 405, &what);
                is_page(&gone_to, 405, &what);
            }
        }
    });
}

#[test]
fn who_is_not_signed_in_learns_nothing_about_addresses() {
    run(async {
        let site = Unserved::public(|_| {}).await;
        for path in ["/nothing", "/incidents", "/api/nothing", "/sfn/nothing"] {
            assert_eq!(site.ask(path).await.status, 401, "{path}");
        }
        site.stop().await;
    });
}
