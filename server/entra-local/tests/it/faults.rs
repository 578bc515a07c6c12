//! Failures of one grant type, several times, until taken back, or without end.

use std::time::Duration;

use entra_local::{Endpoint, Failure, Scenario, Times};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{AMARA, CONTOSO, demo, serve};

const REFRESH: &str = "refresh_token";

#[tokio::test]
async fn one_grant_type_fails_as_often_as_ordered() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, "openid offline_access").await;
    let token = body["refresh_token"].as_str().unwrap();
    control.fail_grant(REFRESH, Failure::aadsts(90_055).with_retry_after(7), Times::Next(2));
    control.fail_grant(REFRESH, Failure::aadsts(90_033), Times::Next(0));
    for _ in 0..2 {
        assert_eq!(app.refresh("organizations", token, &[]).await.0, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(app.for_itself(CONTOSO, "https://graph.microsoft.com/.default").await.0, StatusCode::OK);
    }
    assert_eq!(app.refresh("organizations", token, &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_failure_may_last_until_it_is_taken_back() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, "openid offline_access").await;
    let token = body["refresh_token"].as_str().unwrap();
    let broken = Failure::raw(StatusCode::INTERNAL_SERVER_ERROR, "application/json", "{}");
    control.fail(Endpoint::Token, broken, Times::UntilTakenBack);
    for _ in 0..3 {
        assert_eq!(app.refresh("organizations", token, &[]).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    }
    control.stop_failing(Endpoint::Token);
    assert_eq!(app.refresh("organizations", token, &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_request_may_hang_until_it_is_let_go() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, "openid offline_access").await;
    let token = body["refresh_token"].as_str().unwrap();
    control.fail_grant(REFRESH, Failure::hang(), Times::Next(2));
    let impatient = app.client.post(app.at("/organizations/oauth2/v2.0/token")).timeout(Duration::from_millis(50));
    assert!(impatient.form(&[("grant_type", REFRESH)]).send().await.unwrap_err().is_timeout());
    let hanging = app.refresh("organizations", token, &[]);
    let letting_go = async {
        while control.token_requests_of(REFRESH) < 2 {
            tokio::task::yield_now().await;
        }
        loop {
            control.stop_failing(Endpoint::Token);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        (status, _) = hanging => assert_eq!(status, StatusCode::OK),
        () = letting_go => {}
    }
}

#[tokio::test]
async fn the_same_can_be_ordered_over_http() {
    let (running, app) = serve(Scenario { control_endpoint: true, ..Scenario::demo() }).await;
    let order = async |order: serde_json::Value| {
        app.client.post(app.at("/entra-local/control/orders")).json(&order).send().await.unwrap().status()
    };
    let body = app.tokens(AMARA, "openid offline_access").await;
    let token = body["refresh_token"].as_str().unwrap();
    let status = async || app.refresh("organizations", token, &[]).await.0;
    let fail = json!({ "do": "fail", "endpoint": "token", "grant_type": REFRESH, "status": 503, "times": 2,
        "body": "{}", "content_type": "application/json" });
    assert_eq!(order(fail).await, StatusCode::NO_CONTENT);
    assert_eq!((status().await, status().await), (StatusCode::SERVICE_UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(status().await, StatusCode::OK);
    order(json!({ "do": "fail", "endpoint": "token", "always": true, "code": 90_033 })).await;
    assert_eq!((status().await, status().await), (StatusCode::SERVICE_UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(order(json!({ "do": "stop_failing", "endpoint": "token" })).await, StatusCode::NO_CONTENT);
    assert_eq!(status().await, StatusCode::OK);
    let nonsense = json!({ "do": "fail", "endpoint": "keys", "grant_type": REFRESH });
    assert_eq!(order(nonsense).await, StatusCode::UNPROCESSABLE_ENTITY);
    for lever in [
        json!({ "do": "set_token_life", "access_seconds": 30, "refresh_in_seconds": 10 }),
        json!({ "do": "set_rotation", "strict": true }),
        json!({ "do": "set_sign_in_frequency", "username": AMARA, "seconds": 60 }),
        json!({ "do": "demand_context", "username": AMARA, "context": "c1" }),
        json!({ "do": "critical_event", "username": AMARA }),
        json!({ "do": "end_refresh_tokens", "username": AMARA, "by": "revocation" }),
    ] {
        assert_eq!(order(lever.clone()).await, StatusCode::NO_CONTENT, "{lever}");
    }
    let nonsense = json!({ "do": "demand_context", "username": AMARA, "context": "d1" });
    assert_eq!(order(nonsense).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.refresh("organizations", token, &[]).await.1["error_codes"], json!([50_173]));
    running.entra().control().reset();
    assert_eq!(status().await, StatusCode::OK);
}
