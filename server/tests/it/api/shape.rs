//! Refusals look the same everywhere.

use domain::Permission;
use reqwest::Method;
use serde_json::json;

use super::Client;
use super::client::{code, refusal};
use crate::support::{CONTOSO, Person, Reply, TestApp, run};

/// Every operation, with a body that is right, on an incident that is not there.
const OPERATIONS: [(&str, &str, &str); 8] = [
    ("GET", "/api/incidents", ""),
    ("POST", "/api/incidents", "{\"title\":\"x\"}"),
    ("GET", "/api/incidents/INC-99999", ""),
    ("PATCH", "/api/incidents/INC-99999", "{\"title\":\"x\"}"),
    ("DELETE", "/api/incidents/INC-99999", ""),
    ("POST", "/api/incidents/INC-99999/transitions", "{\"action\":\"resolve\"}"),
    ("GET", "/api/incidents/INC-99999/timeline", ""),
    ("POST", "/api/incidents/INC-99999/notes", "{\"body\":\"x\"}"),
];

async fn every(client: &Client, mut check: impl FnMut(&str, &str, Reply)) {
    for (method, path, body) in OPERATIONS {
        let request = client.request(method.parse().unwrap(), path).header("if-match", "\"v1\"");
        let request = request.header("idempotency-key", "shape");
        let request =
            if body.is_empty() { request } else { request.header("content-type", "application/json").body(body) };
        check(method, path, client.send(request).await);
    }
}

/// The members of a problem without those that differ from request to request.
fn members(reply: &Reply) -> Vec<String> {
    reply.json().as_object().unwrap().keys().cloned().collect()
}

const MEMBERS: [&str; 6] = ["code", "detail", "request_id", "status", "title", "type"];

#[test]
fn without_a_token_every_operation_answers_401_in_the_same_shape() {
    run(async {
        let app = TestApp::shared().await;
        let id_token = "eyJhbGciOiJub25lIn0.e30.";
        for (token, word, error) in [
            (None, "unauthorized", ""),
            (Some("nonsense"), "invalid_token", "error=\"invalid_token\""),
            (Some(id_token), "invalid_token", "error=\"invalid_token\""),
        ] {
            let client = Client::with(app, token.map(str::to_owned));
            let mut details = Vec::new();
            every(&client, |method, path, reply| {
                assert_eq!(refusal(&reply), (401, word.to_owned()), "{method} {path}");
                assert_eq!(members(&reply), MEMBERS, "{method} {path}");
                let challenge = reply.header("www-authenticate");
                assert!(challenge.starts_with("Bearer") && challenge.contains(error), "{method} {path}: {challenge}");
                details.push(reply.json()["detail"].clone());
            })
            .await;
            details.dedup();
            assert_eq!(details.len(), 1, "{details:?}");
        }
        let nowhere = Client::with(app, None).get("/api/nothing").await;
        assert_eq!(refusal(&nowhere), (401, "unauthorized".to_owned()), "nor does anybody learn about addresses");
    });
}

#[test]
fn a_malformed_header_is_the_clients_fault() {
    run(async {
        let app = TestApp::shared().await;
        let client = Client::with(app, Some("x".to_owned()));
        let twice = client.request(Method::GET, "/api/incidents").header("authorization", "Bearer y");
        assert_eq!(refusal(&client.send(twice).await), (400, "invalid_request".to_owned()));
    });
}

#[test]
fn without_the_scope_or_role_every_operation_answers_403_in_the_same_shape() {
    run(async {
        let app = TestApp::shared().await;
        for (scope, others) in [("Incidents.Read", &["POST", "PATCH", "DELETE"][..]), ("Incidents.Delete", &["GET"])] {
            let unscoped = Client::with(app, Some(app.token(Person::Admin, scope).await));
            every(&unscoped, |method, path, reply| {
                if others.contains(&method) {
                    assert_eq!(refusal(&reply), (403, "insufficient_scope".to_owned()), "{method} {path}");
                    assert_eq!(members(&reply), MEMBERS, "{method} {path}");
                    let challenge = reply.header("www-authenticate");
                    assert!(challenge.contains("error=\"insufficient_scope\""), "{method} {path}: {challenge}");
                }
            })
            .await;
        }
        let roleless = Client::of(app, Person::Nobody).await;
        every(&roleless, |method, path, reply| {
            assert_eq!(refusal(&reply), (403, "forbidden".to_owned()), "{method} {path}");
            assert_eq!(members(&reply), MEMBERS, "{method} {path}");
        })
        .await;
    });
}

#[test]
fn each_scope_opens_its_own_operations() {
    run(async {
        let app = TestApp::shared().await;
        for (scope, opened) in [
            ("Incidents.Read", vec!["GET"]),
            ("Incidents.Write", vec!["POST", "PATCH"]),
            ("Incidents.Delete", vec!["DELETE"]),
        ] {
            let client = Client::with(app, Some(app.token(Person::Admin, scope).await));
            every(&client, |method, path, reply| {
                let is_opened = reply.status != 403;
                assert_eq!(is_opened, opened.contains(&method), "{scope}: {method} {path}: {}", reply.body);
            })
            .await;
        }
    });
}

#[test]
fn what_is_not_there_is_404_in_the_same_shape() {
    run(async {
        let app = TestApp::shared().await;
        let admin = Client::of(app, Person::Admin).await;
        every(&admin, |method, path, reply| {
            if path != "/api/incidents" {
                assert_eq!(refusal(&reply), (404, "not_found".to_owned()), "{method} {path}");
                assert_eq!(members(&reply), MEMBERS, "{method} {path}");
            }
        })
        .await;
        for path in ["/api/nothing", "/api/incidents/INC-0", "/api/incidents/nothing", "/api/incidents/INC-1/other"] {
            let reply = admin.get(path).await;
            assert_eq!(refusal(&reply), (404, "not_found".to_owned()), "{path}");
            assert!(!reply.body.contains("nothing at /") && !reply.body.contains(path), "{}", reply.body);
        }
        let browser = admin.request(Method::GET, "/api/nothing").header("accept", "text/html");
        assert_eq!(refusal(&admin.send(browser).await), (404, "not_found".to_owned()), "the API has no pages");
    });
}

#[test]
fn a_method_that_is_not_there_is_said_with_those_that_are() {
    run(async {
        let app = TestApp::shared().await;
        let admin = Client::of(app, Person::Admin).await;
        for (method, path, allowed) in [
            (Method::PUT, "/api/incidents", "GET,HEAD,POST"),
            (Method::DELETE, "/api/incidents", "GET,HEAD,POST"),
            (Method::PUT, "/api/incidents/INC-1", "GET,HEAD,PATCH,DELETE"),
            (Method::GET, "/api/incidents/INC-1/transitions", "POST"),
            (Method::POST, "/api/incidents/INC-1/timeline", "GET,HEAD"),
            (Method::POST, "/api/openapi.json", "GET,HEAD"),
        ] {
            let reply = admin.send(admin.request(method.clone(), path)).await;
            assert_eq!(refusal(&reply), (405, "method_not_allowed".to_owned()), "{method} {path}");
            assert_eq!(reply.header("allow"), allowed, "{method} {path}");
        }
    });
}

/// A person who is signed in with a cookie is nobody here.
#[test]
fn cookies_are_not_looked_at() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Admin).await;
        for headers in [&[][..], &[("sec-fetch-site", "same-origin")], &[("origin", "https://evil.example")]] {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                let request = browser.bare(method.clone(), "/api/incidents");
                let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                let reply = browser.send(request).await;
                assert_eq!(
                    (reply.status.as_u16(), code(&reply)),
                    (401, "unauthorized".to_owned()),
                    "{method} {headers:?}"
                );
                assert!(!reply.headers.contains_key("set-cookie"), "{method} {headers:?}");
            }
        }
    });
}

#[test]
fn answers_have_the_headers_of_all_others_and_are_kept_by_nobody() {
    run(async {
        let app = TestApp::shared().await;
        let reader = Client::program(app, Permission::Read, CONTOSO).await;
        let reply = reader.get("/api/incidents").await;
        assert_eq!((reply.header("content-type"), reply.header("cache-control")), ("application/json", "no-store"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(json!(reply.header("content-security-policy").contains("default-src 'none'")), json!(true));
    });
}
