//! The `claims` parameter: capabilities, authentication contexts.

use entra_local::{Answer, AuthenticationContext};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{AMARA, Browser, assert_refused, claims, demo};

const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
const C3: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c3"}}}"#;

#[tokio::test]
async fn a_capability_is_in_the_token_and_makes_that_of_graph_last() {
    let (_running, app) = demo().await;
    let code = app.code_with(&Browser::new(), AMARA, &[("claims", CP1)]).await;
    let (_, first) = app.redeem(&code, &[]).await;
    assert_eq!(claims(first["access_token"].as_str().unwrap())["xms_cc"], json!(["cp1"]));
    assert!((72_000..=100_800).contains(&first["expires_in"].as_i64().unwrap()));
    assert_eq!(first["refresh_in"].as_i64().unwrap(), first["expires_in"].as_i64().unwrap() / 2);
    let token = first["refresh_token"].as_str().unwrap();
    let (_, without) = app.refresh("organizations", token, &[]).await;
    assert_eq!(claims(without["access_token"].as_str().unwrap()).get("xms_cc"), None);
    let (_, with) = app.refresh("organizations", token, &[("claims", CP1)]).await;
    assert_eq!(claims(with["access_token"].as_str().unwrap())["xms_cc"], json!(["cp1"]));
}

#[tokio::test]
async fn a_context_takes_a_second_factor() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let browser = Browser::new();
    let (_, weak) = app.redeem(&app.code(&browser, AMARA).await, &[]).await;
    let refusal = app.refresh("organizations", weak["refresh_token"].as_str().unwrap(), &[("claims", C3)]).await;
    assert_refused(&refusal, "interaction_required", 50_076);
    assert_eq!(refusal.1["suberror"], "basic_action");
    let challenge: Value = serde_json::from_str(refusal.1["claims"].as_str().unwrap()).unwrap();
    assert_eq!(challenge, serde_json::from_str::<Value>(C3).unwrap());
    // The application goes on with what it was told.
    let silent = browser.get(&app.authorize(&[("claims", C3), ("prompt", "none")])).await;
    silent.assert_sent_error("interaction_required", 50_076);
    control.answer_next(Answer::Approve);
    let code = browser.get(&app.authorize(&[("claims", C3)])).await.sent("code").unwrap();
    let (_, strong) = app.redeem(&code, &[]).await;
    assert_eq!(claims(strong["access_token"].as_str().unwrap())["acrs"], json!(["c3"]));
    let (status, plain) = app.refresh("organizations", strong["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(claims(plain["access_token"].as_str().unwrap()).get("acrs"), None);
}

#[tokio::test]
async fn a_context_that_is_only_wished_for_is_no_reason_to_refuse() {
    let (_running, app) = demo().await;
    let wish = r#"{"access_token":{"acrs":{"value":"c3"}}}"#;
    let code = app.code_with(&Browser::new(), AMARA, &[("claims", wish)]).await;
    let (status, body) = app.redeem(&code, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(claims(body["access_token"].as_str().unwrap()).get("acrs"), None);
}

#[tokio::test]
async fn a_test_may_demand_a_context_that_nobody_asked_for() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let browser = Browser::new();
    let (_, weak) = app.redeem(&app.code(&browser, AMARA).await, &[]).await;
    let token = weak["refresh_token"].as_str().unwrap();
    control.demand_context(AMARA, AuthenticationContext::try_from("c9".to_owned()).ok());
    let refusal = app.refresh("organizations", token, &[]).await;
    assert_refused(&refusal, "interaction_required", 50_076);
    assert!(refusal.1["claims"].as_str().unwrap().contains("c9"));
    control.answer_next(Answer::Approve);
    let code = browser.get(&app.authorize(&[])).await.sent("code").unwrap();
    let (_, strong) = app.redeem(&code, &[]).await;
    assert_eq!(claims(strong["access_token"].as_str().unwrap())["acrs"], json!(["c9"]));
    control.demand_context(AMARA, None);
    assert_eq!(app.refresh("organizations", token, &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn claims_that_are_no_json_are_refused() {
    let (_running, app) = demo().await;
    let page = Browser::new().get(&app.authorize(&[("claims", "{")])).await;
    page.assert_sent_error("invalid_request", 90_100);
    let code = app.code(&Browser::new(), AMARA).await;
    assert_refused(&app.redeem(&code, &[("claims", "[]")]).await, "invalid_request", 90_100);
}
