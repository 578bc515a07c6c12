//! Permissions that are asked for when they are needed.

use entra_local::{Answer, Running, Scenario};
use reqwest::StatusCode;

use crate::support::{AMARA, App, Browser, ISHAAN, assert_refused, claims, serve};

const SIGN_IN: &str = "openid profile offline_access User.Read";
const PEOPLE: &str = "https://graph.microsoft.com/User.ReadBasic.All";
const GROUPS: &str = "GroupMember.Read.All";

async fn incremental() -> (Running, App) {
    let mut scenario = Scenario::demo();
    scenario.apps[0].consented = Some(vec!["https://graph.microsoft.com/User.Read".to_owned()]);
    scenario.apps[0].administrator_scopes = vec![GROUPS.to_owned()];
    serve(scenario).await
}

#[tokio::test]
async fn a_new_permission_needs_a_page_once() {
    let (running, app) = incremental().await;
    let body = app.tokens(ISHAAN, SIGN_IN).await;
    let token = body["refresh_token"].as_str().unwrap();
    let refusal = app.refresh("organizations", token, &[("scope", PEOPLE)]).await;
    assert_refused(&refusal, "invalid_grant", 65_001);
    assert_eq!(refusal.1["suberror"], "consent_required");
    let control = running.entra().control();
    control.answer_next(Answer::SignInAs(ISHAAN.to_owned()));
    let scope = format!("openid offline_access {PEOPLE}");
    let browser = Browser::new();
    let page = browser.get(&app.authorize(&[("scope", &scope)])).await;
    assert!(page.text.contains("Permissions requested"), "{}", page.text);
    assert!(browser.answer(&page, "action", "accept").await.sent("code").is_some());
    // From now on the person's tokens may have it, whatever they began with.
    let (status, body) = app.refresh("organizations", token, &[("scope", PEOPLE)]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(claims(body["access_token"].as_str().unwrap())["scp"], "User.ReadBasic.All");
    let (_, body) = app.refresh("organizations", token, &[("scope", "https://graph.microsoft.com/.default")]).await;
    assert_eq!(claims(body["access_token"].as_str().unwrap())["scp"], "User.Read User.ReadBasic.All");
    // Another person has not consented.
    let other = app.tokens(AMARA, SIGN_IN).await;
    let refusal = app.refresh("organizations", other["refresh_token"].as_str().unwrap(), &[("scope", PEOPLE)]).await;
    assert_refused(&refusal, "invalid_grant", 65_001);
}

#[tokio::test]
async fn a_silent_request_is_told_so() {
    let (_running, app) = incremental().await;
    let browser = Browser::new();
    app.code_with(&browser, ISHAAN, &[("scope", SIGN_IN)]).await;
    let scope = format!("openid {PEOPLE}");
    let silent = browser.get(&app.authorize(&[("scope", &scope), ("prompt", "none")])).await;
    silent.assert_sent_error("consent_required", 65_001);
}

#[tokio::test]
async fn some_permissions_are_for_administrators_to_grant() {
    let (running, app) = incremental().await;
    let control = running.entra().control();
    let scope = format!("openid offline_access {GROUPS}");
    control.answer_next(Answer::SignInAs(ISHAAN.to_owned()));
    let page = Browser::new().get(&app.authorize(&[("scope", &scope)])).await;
    page.assert_sent_error("access_denied", 90_094);
    control.answer_next(Answer::SignInAs(AMARA.to_owned()));
    control.answer_next(Answer::Accept);
    assert!(Browser::new().get(&app.authorize(&[("scope", &scope)])).await.sent("code").is_some());
    // Granted for the tenant.
    assert!(app.tokens(ISHAAN, &scope).await["access_token"].is_string());
}

#[tokio::test]
async fn an_administrator_may_grant_everything_at_once() {
    let (running, app) = incremental().await;
    let control = running.entra().control();
    control.answer_next(Answer::SignInAs(AMARA.to_owned()));
    control.answer_next(Answer::Accept);
    let mut url = app.at("/organizations/v2.0/adminconsent");
    url.query_pairs_mut()
        .append_pair("client_id", &app.client_id())
        .append_pair("redirect_uri", &app.redirect_uri())
        .append_pair("scope", "https://graph.microsoft.com/.default");
    assert_eq!(Browser::new().get(&url).await.sent("admin_consent").as_deref(), Some("True"));
    let scope = format!("openid {GROUPS} {PEOPLE}");
    assert!(app.tokens(ISHAAN, &scope).await["access_token"].is_string());
}
