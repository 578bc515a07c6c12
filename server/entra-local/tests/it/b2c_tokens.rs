//! Codes, refresh tokens and access tokens of user flows.

use entra_local::{B2cClaim, B2cIssuer, PolicyClaim, Scenario};
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{
    App, Browser, EDIT_PROFILE, SUSI, TOVE, VERIFIER, WOODGROVE, button_value, claims, customers, serve,
};

async fn code(app: &App, changes: &[(&str, &str)]) -> String {
    let browser = Browser::new();
    let page = browser.get(&app.authorize_at(SUSI, changes)).await;
    let key = button_value(&page.text, TOVE);
    browser.user_flow(&page, &[("account", &key)]).await.sent("code").unwrap()
}

fn assert_error(answer: &(StatusCode, Value), error: &str, code: u32) {
    let (status, body) = answer;
    assert_eq!((*status, &body["error"]), (StatusCode::BAD_REQUEST, &Value::from(error)), "{body}");
    assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADB2C{code}: ")), "{body}");
    assert!(body.get("error_codes").is_none());
}

#[tokio::test]
async fn a_code_belongs_to_its_user_flow() {
    let (_running, app) = customers().await;
    let code = code(&app, &[]).await;
    assert_error(&app.redeem_at(EDIT_PROFILE, &code, &[]).await, "invalid_grant", 90_088);
    assert_eq!(app.redeem_at(&format!("tfp/{SUSI}"), &code, &[]).await.0, StatusCode::OK);
    assert_error(&app.redeem_at(SUSI, &code, &[]).await, "invalid_grant", 90_129);
}

#[tokio::test]
async fn a_refresh_token_belongs_to_its_user_flow() {
    let (_running, app) = customers().await;
    let (_, body) = app.redeem_at(SUSI, &code(&app, &[]).await, &[]).await;
    let token = body["refresh_token"].as_str().unwrap();
    assert_error(&app.refresh(EDIT_PROFILE, token, &[]).await, "invalid_grant", 90_088);
    let (status, body) = app.refresh(SUSI, token, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(claims(body["id_token"].as_str().unwrap())["tfp"], "B2C_1_susi");
    assert!(body["refresh_token"].is_string());
}

#[tokio::test]
async fn the_verifier_must_fit() {
    let (_running, app) = customers().await;
    let code = code(&app, &[]).await;
    assert_error(&app.redeem_at(SUSI, &code, &[("code_verifier", "")]).await, "invalid_grant", 90_183);
    let wrong = VERIFIER.replace('d', "e");
    assert_error(&app.redeem_at(SUSI, &code, &[("code_verifier", &wrong)]).await, "invalid_grant", 90_182);
    assert_eq!(app.redeem_at(SUSI, &code, &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_secret_must_be_there_and_right() {
    let (_running, app) = customers().await;
    let code = code(&app, &[]).await;
    assert_error(&app.redeem_at(SUSI, &code, &[("client_secret", "")]).await, "invalid_request", 90_079);
    assert_error(&app.redeem_at(SUSI, &code, &[("client_secret", "x")]).await, "invalid_client", 90_081);
}

#[tokio::test]
async fn an_expired_code_has_its_own_number() {
    let (running, app) = customers().await;
    let code = code(&app, &[]).await;
    running.entra().control().advance_clock(time::Duration::minutes(6));
    assert_error(&app.redeem_at(SUSI, &code, &[]).await, "invalid_grant", 90_080);
}

#[tokio::test]
async fn an_access_token_is_for_a_resource_that_was_asked_for() {
    let (_running, app) = customers().await;
    let (_, body) = app.redeem_at(SUSI, &code(&app, &[("scope", "openid profile")]).await, &[]).await;
    assert!(body.get("access_token").is_none() && body.get("refresh_token").is_none());
    let own = app.client_id();
    let (_, body) = app.redeem_at(SUSI, &code(&app, &[("scope", &format!("openid {own}"))]).await, &[]).await;
    assert_eq!(claims(body["access_token"].as_str().unwrap())["aud"], own);
    let api = format!("https://woodgrove.example/{own}/Incidents.Read");
    let (_, body) = app.redeem_at(SUSI, &code(&app, &[("scope", &api)]).await, &[]).await;
    assert_eq!(claims(body["access_token"].as_str().unwrap())["scp"], "Incidents.Read");
    assert!(body.get("id_token").is_none());
    let page = Browser::new().get(&app.authorize_at(SUSI, &[("scope", "openid User.Read")])).await;
    page.assert_sent_b2c_error("invalid_request", 90_117);
    let page = Browser::new().get(&app.authorize_at(SUSI, &[("scope", "offline_access")])).await;
    page.assert_sent_b2c_error("invalid_request", 90_115);
}

#[tokio::test]
async fn the_forms_of_older_tenants() {
    let mut scenario = Scenario::customers();
    let b2c = scenario.tenants[0].b2c.as_mut().unwrap();
    (b2c.issuer, b2c.policy_claim) = (B2cIssuer::Policy, PolicyClaim::Acr);
    b2c.optional_claims = vec![B2cClaim::Oid, B2cClaim::Tid];
    let (_running, app) = serve(scenario).await;
    let issuer = app.at(&format!("/tfp/{WOODGROVE}/b2c_1_susi/v2.0/"));
    let (_, document) = app.json(&format!("/{SUSI}/v2.0/.well-known/openid-configuration")).await;
    assert_eq!(document["issuer"], issuer.as_str());
    let (_, body) = app.redeem_at(SUSI, &code(&app, &[]).await, &[]).await;
    let token = claims(body["id_token"].as_str().unwrap());
    assert_eq!((&token["acr"], &token["iss"]), (&Value::from("b2c_1_susi"), &Value::from(issuer.as_str())));
    assert_eq!((&token["oid"], &token["tid"]), (&token["sub"], &Value::from(WOODGROVE)));
    assert!(token.get("tfp").is_none());
}
