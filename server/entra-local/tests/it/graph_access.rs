//! Which tokens the Graph slice takes, and how it challenges, fails and counts.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entra_local::{Endpoint, Failure, Scenario};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};
use time::Duration;

use crate::support::{AMARA, CONTOSO, GRAPH_SCOPES, Graph, ISHAAN, claims, demo, demo_as, serve};

const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

#[tokio::test]
async fn a_token_must_be_ours_for_graph_and_current() {
    let (running, app) = demo().await;
    let body = app.tokens(AMARA, GRAPH_SCOPES).await;
    let good = body["access_token"].as_str().unwrap();
    let (_, own) = app
        .refresh(
            "organizations",
            body["refresh_token"].as_str().unwrap(),
            &[("scope", &format!("{}/Incidents.Read", app.client_id()))],
        )
        .await;
    let mut spoiled = good.to_owned();
    spoiled.replace_range(good.len() - 9.., "AAAAAAAAA");
    let refused = async |token: &str| {
        let response = Graph::new(&app, token).send("/me").await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let challenge = response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
        let begin = format!("Bearer realm=\"\", authorization_uri=\"{}common/oauth2/authorize\"", running.base_url);
        assert!(challenge.starts_with(&begin) && !challenge.contains("claims"), "{challenge}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
        for member in ["date", "request-id", "client-request-id"] {
            assert!(body["error"]["innerError"][member].is_string(), "{body}");
        }
    };
    for bad in ["", "nonsense", &spoiled, own["access_token"].as_str().unwrap(), body["id_token"].as_str().unwrap()] {
        refused(bad).await;
    }
    assert_eq!(app.client.get(app.at("/v1.0/me")).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(Graph::new(&app, good).get("/me").await.0, StatusCode::OK);
    running.entra().control().advance_clock(Duration::minutes(90));
    refused(good).await;
}

#[tokio::test]
async fn each_path_needs_its_permission() {
    let (_running, app) = demo().await;
    let identity_only = Graph::of(&app, AMARA, "openid profile email").await;
    let own = Graph::of(&app, AMARA, "openid User.Read").await;
    let denied = "Authorization_RequestDenied";
    for path in ["/me", "/me/photo/$value", "/me/transitiveMemberOf", "/users", "/users/nobody"] {
        identity_only.assert_refused(path, StatusCode::FORBIDDEN, denied).await;
    }
    for path in ["/users", "/users/nobody", "/users/nobody/photo/$value", "/me/transitiveMemberOf"] {
        own.assert_refused(path, StatusCode::FORBIDDEN, denied).await;
    }
    own.assert_refused(&format!("/users/{ISHAAN}"), StatusCode::FORBIDDEN, denied).await;
    let ids = own.post("/me/getMemberObjects", r#"{"securityEnabledOnly":true}"#).await;
    assert_eq!((ids.0, &ids.1["error"]["code"]), (StatusCode::FORBIDDEN, &json!(denied)));
}

#[tokio::test]
async fn an_application_has_no_me_but_the_tenant_it_was_let_into() {
    let (_running, daemon) = demo_as("muster-daemon").await;
    let (_, body) = daemon.for_itself(CONTOSO, "https://graph.microsoft.com/.default").await;
    let graph = Graph::new(&daemon, body["access_token"].as_str().unwrap());
    for path in ["/me", "/me/photo/$value", "/me/transitiveMemberOf"] {
        graph.assert_refused(path, StatusCode::BAD_REQUEST, "BadRequest").await;
    }
    assert_eq!(graph.get(&format!("/users/{AMARA}")).await.1["jobTitle"], "Head of Operations");
    assert_eq!(graph.get(&format!("/users/{AMARA}/transitiveMemberOf")).await.0, StatusCode::OK);
    graph.assert_refused("/users/dario@fabrikam.example", StatusCode::NOT_FOUND, "Request_ResourceNotFound").await;
}

#[tokio::test]
async fn an_application_without_roles_reads_nobody() {
    let (_running, app) = demo().await;
    let (_, body) = app.for_itself(CONTOSO, "https://graph.microsoft.com/.default").await;
    let graph = Graph::new(&app, body["access_token"].as_str().unwrap());
    for path in ["/users", "/users/nobody/transitiveMemberOf"] {
        graph.assert_refused(path, StatusCode::FORBIDDEN, "Authorization_RequestDenied").await;
    }
}

#[tokio::test]
async fn after_a_critical_event_those_who_can_are_asked_for_a_new_token() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let plain = app.tokens(AMARA, GRAPH_SCOPES).await;
    let refresh_token = plain["refresh_token"].as_str().unwrap();
    let with = async |asked: &str| {
        let fields = [("scope", GRAPH_SCOPES), ("claims", asked)];
        let (_, body) = app.refresh("organizations", refresh_token, &fields).await;
        body["access_token"].as_str().unwrap().to_owned()
    };
    let able = with(CP1).await;
    let other = Graph::of(&app, ISHAAN, "openid User.Read").await;
    assert_eq!(Graph::new(&app, &able).get("/me").await.0, StatusCode::OK);
    control.critical_event(AMARA);
    let response = Graph::new(&app, &able).send("/me").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenge = response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.contains(r#"error="insufficient_claims""#), "{challenge}");
    let encoded = challenge.split_once(r#"claims=""#).unwrap().1.trim_end_matches('"');
    let asked: Value = serde_json::from_slice(&STANDARD.decode(encoded).unwrap()).unwrap();
    let not_before = &asked["access_token"]["nbf"];
    assert_eq!(not_before["essential"], true);
    assert!(not_before["value"].as_str().unwrap().parse::<i64>().unwrap() > claims(&able)["iat"].as_i64().unwrap());
    // Those that cannot answer live on, and so do other people's.
    assert_eq!(Graph::new(&app, plain["access_token"].as_str().unwrap()).get("/me").await.0, StatusCode::OK);
    assert_eq!(other.get("/me").await.0, StatusCode::OK);
    let mut answer = asked.clone();
    answer["access_token"]["xms_cc"] = json!({ "values": ["cp1"] });
    let renewed = with(&answer.to_string()).await;
    assert_eq!(claims(&renewed)["xms_cc"], json!(["cp1"]));
    assert_eq!(Graph::new(&app, &renewed).get("/me").await.0, StatusCode::OK);
}

#[tokio::test]
async fn failures_are_ordered_and_requests_counted() {
    let (running, app) = serve(Scenario { control_endpoint: true, ..Scenario::demo() }).await;
    let control = running.entra().control();
    let graph = Graph::of(&app, AMARA, "openid User.Read").await;
    control.fail_next(Endpoint::Graph, Failure::graph(StatusCode::BAD_GATEWAY, "UnknownError").with_retry_after(2));
    let response = graph.send("/me").await;
    assert_eq!((response.status(), response.headers()["retry-after"].as_bytes()), (StatusCode::BAD_GATEWAY, &b"2"[..]));
    assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], "UnknownError");
    let order = json!({ "do": "fail", "endpoint": "graph", "graph": "TooManyRequests", "retry_after": 5 });
    let sent = app.client.post(app.at("/entra-local/control/orders")).json(&order).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    graph.assert_refused("/me", StatusCode::TOO_MANY_REQUESTS, "TooManyRequests").await;
    assert_eq!(graph.get("/me").await.0, StatusCode::OK);
    assert_eq!(control.requests(Endpoint::Graph), 3);
    assert_eq!(app.json("/entra-local/control/state").await.1["requests"]["graph"], 3);
}
