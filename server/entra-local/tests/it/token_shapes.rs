//! Forms, lives and scopes of access tokens, as the API's registration and the levers have them.

use entra_local::{Scenario, TokenVersion};
use reqwest::StatusCode;
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use crate::support::{AMARA, App, Browser, CONTOSO, assert_refused, claims, demo, serve};

#[tokio::test]
async fn an_api_may_want_version_1() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].requested_access_token_version = TokenVersion::V1;
    scenario.apps[0].identifier_uri = Some("https://muster.example/api".to_owned());
    let (_running, app) = serve(scenario).await;
    let body = app.tokens(AMARA, "openid https://muster.example/api/Incidents.Read").await;
    let text = body["access_token"].as_str().unwrap();
    assert!(app.verifies(text).await);
    let token = claims(text);
    assert_eq!(token["iss"], format!("https://sts.windows.net/{CONTOSO}/"));
    assert_eq!((&token["aud"], &token["ver"]), (&json!("https://muster.example/api"), &json!("1.0")));
    assert_eq!((&token["upn"], &token["unique_name"]), (&json!(AMARA), &json!(AMARA)));
    assert_eq!((&token["scp"], &token["appid"]), (&json!("Incidents.Read"), &json!(app.client_id())));
    assert_eq!((token.get("azp"), token.get("preferred_username")), (None, None));
    // The ID token has a version of its own.
    assert_eq!(claims(body["id_token"].as_str().unwrap())["ver"], "2.0");
}

#[tokio::test]
async fn scopes_that_an_api_does_not_declare_do_not_exist() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].scopes = Some(vec!["Incidents.Read".to_owned()]);
    let (_running, app) = serve(scenario).await;
    let known = format!("openid offline_access api://{}/Incidents.Read", app.client_id());
    let unknown = format!("openid api://{}/Incidents.Burn", app.client_id());
    let page = Browser::new().get(&app.authorize(&[("scope", &unknown)])).await;
    page.assert_sent_error("invalid_client", 650_053);
    let body = app.tokens(AMARA, &known).await;
    let refusal = app.refresh("organizations", body["refresh_token"].as_str().unwrap(), &[("scope", &unknown)]).await;
    assert_refused(&refusal, "invalid_client", 650_053);
}

#[tokio::test]
async fn the_default_scope_of_an_api_is_all_of_it() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].scopes = Some(vec!["Incidents.Read".to_owned(), "Incidents.Write".to_owned()]);
    let (_running, app) = serve(scenario).await;
    let body = app.tokens(AMARA, &format!("openid api://{}/.default", app.client_id())).await;
    assert_eq!(claims(body["access_token"].as_str().unwrap())["scp"], "Incidents.Read Incidents.Write");
    assert!(body["scope"].as_str().unwrap().contains(&format!("api://{}/Incidents.Write", app.client_id())));
}

#[tokio::test]
async fn a_delegated_token_has_the_roles_of_the_api() {
    let mut scenario = Scenario::demo();
    scenario.apps.truncate(1);
    let mut client = scenario.apps[0].clone();
    client.client_id = Uuid::from_u128(72);
    client.roles.clear();
    scenario.apps.push(client.clone());
    let (running, api) = serve(scenario).await;
    let client = App::new(running.base_url.clone(), client);
    let body = client.tokens(AMARA, &format!("openid {}/Incidents.Read", api.client_id())).await;
    let token = claims(body["access_token"].as_str().unwrap());
    assert_eq!((&token["roles"], &token["azp"]), (&json!(["Admin"]), &json!(client.client_id())));
    assert_eq!(claims(body["id_token"].as_str().unwrap()).get("roles"), None);
}

#[tokio::test]
async fn lives_are_what_a_test_wants() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let plain = app.tokens(AMARA, "openid").await;
    assert!((3600..=5399).contains(&plain["expires_in"].as_i64().unwrap()));
    assert_eq!(plain.get("refresh_in"), None);
    control.set_access_token_life(Some(Duration::seconds(40)));
    control.set_refresh_in(Some(Duration::seconds(20)));
    let short = app.tokens(AMARA, "openid").await;
    assert_eq!((&short["expires_in"], &short["refresh_in"]), (&json!(40), &json!(20)));
    let token = claims(short["access_token"].as_str().unwrap());
    assert_eq!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap(), 40);
    control.set_refresh_in(None);
    assert_eq!(app.tokens(AMARA, "openid").await.get("refresh_in"), None);
    control.set_access_token_life(Some(Duration::hours(3)));
    assert_eq!(app.tokens(AMARA, "openid").await["refresh_in"], 5400);
    control.reset();
    assert!(app.tokens(AMARA, "openid").await["expires_in"].as_i64().unwrap() <= 5399);
}

#[tokio::test]
async fn a_registration_may_ask_for_refresh_in() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].refresh_in = Some(1800);
    let (_running, app) = serve(scenario).await;
    assert_eq!(app.tokens(AMARA, "openid").await["refresh_in"], 1800);
    let (status, body) = app.for_itself(CONTOSO, &format!("{}/.default", app.client_id())).await;
    assert_eq!((status, &body["refresh_in"]), (StatusCode::OK, &json!(1800)));
}
