//! The levers.

use entra_local::{Answer, Endpoint, Failure};
use reqwest::StatusCode;
use serde_json::json;
use time::Duration;

use crate::support::{AMARA, Browser, claims, demo, header};

const KEYS: &str = "/organizations/discovery/v2.0/keys";

#[tokio::test]
async fn a_rotation_signs_with_a_key_nobody_has_seen() {
    let (running, app) = demo().await;
    let kids = async || {
        let (_, body) = app.json(KEYS).await;
        let keys = body["keys"].as_array().unwrap().clone();
        keys.into_iter().map(|key| key["kid"].clone()).collect::<Vec<_>>()
    };
    let before = kids().await;
    let old = header(&app.id_token(AMARA).await)["kid"].clone();
    assert!(before.contains(&old));
    let new = running.entra().control().rotate_keys().unwrap();
    assert!(!before.contains(&json!(new)));
    assert_eq!(header(&app.id_token(AMARA).await)["kid"], new);
    assert_eq!(kids().await, [json!(new), old]);
}

#[tokio::test]
async fn the_clock_moves() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let issued = async || claims(&app.id_token(AMARA).await)["iat"].as_i64().unwrap();
    let start = control.now().unix_timestamp();
    control.set_clock_offset(Duration::hours(-2));
    assert!(issued().await < start);
    control.advance_clock(Duration::hours(3));
    assert!(issued().await >= start + 3600);
    control.set_clock_offset(Duration::ZERO);
    assert!(issued().await < start + 3600);
}

#[tokio::test]
async fn planned_failures_come_in_order_and_hit_their_endpoint_only() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let busy = Failure::sts(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", 90_055)
        .with_suberror("basic_action")
        .with_retry_after(7);
    control.fail_next(Endpoint::Keys, busy);
    control.fail_next(Endpoint::Keys, Failure::raw(StatusCode::BAD_GATEWAY, "text/html", "<p>"));
    let discovery = app.json("/organizations/v2.0/.well-known/openid-configuration").await;
    assert_eq!(discovery.0, StatusCode::OK);
    let first = app.client.get(app.at(KEYS)).send().await.unwrap();
    assert_eq!(first.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(first.headers()["retry-after"], "7");
    let body: serde_json::Value = first.json().await.unwrap();
    assert_eq!(body["suberror"], "basic_action");
    assert_eq!(body["error_codes"], json!([90_055]));
    let second = app.client.get(app.at(KEYS)).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(second.text().await.unwrap(), "<p>");
    assert_eq!(app.json(KEYS).await.0, StatusCode::OK);
    assert_eq!(control.requests(Endpoint::Keys), 3);
    assert_eq!(control.requests(Endpoint::Discovery), 1);
    assert_eq!(control.requests(Endpoint::Token), 0);
}

#[tokio::test]
async fn requests_are_counted_and_the_last_ones_remembered() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    assert_eq!((control.last_authorize(), control.last_token_request()), (None, None));
    app.id_token(AMARA).await;
    assert_eq!(control.requests(Endpoint::Authorize), 1);
    assert_eq!(control.requests(Endpoint::Token), 1);
    assert_eq!(control.requests(Endpoint::Logout), 0);
    let authorize = control.last_authorize().unwrap();
    assert_eq!(authorize.get("code_challenge_method"), Some("S256"));
    assert_eq!(authorize.get("nonce"), Some("a nonce"));
    let token = control.last_token_request().unwrap();
    assert_eq!(token.get("grant_type"), Some("authorization_code"));
    let names: Vec<&str> = token.names().collect();
    let expected = ["client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"];
    assert_eq!(names, expected);
    for secret in ["client_secret", "code", "code_verifier"] {
        assert_eq!(token.get(secret), None, "{secret}");
    }
    assert!(!token.basic_credentials());
}

#[tokio::test]
async fn pages_can_be_answered_in_advance() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    control.answer_next(Answer::SignInAs(AMARA.to_owned()));
    control.answer_next(Answer::Cancel);
    let browser = Browser::new();
    assert!(browser.get(&app.authorize(&[])).await.sent("code").is_some());
    let page = browser.get(&app.authorize(&[("prompt", "login")])).await;
    page.assert_sent_error("access_denied", 65_004);
    let page = browser.get(&app.authorize(&[("prompt", "login")])).await;
    assert_eq!(page.status, StatusCode::OK);
    // An answer that does not fit waits.
    control.answer_next(Answer::Accept);
    let page = browser.get(&app.authorize(&[("prompt", "login")])).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = browser.get(&app.authorize(&[("prompt", "consent")])).await;
    assert!(page.sent("code").is_some());
}
