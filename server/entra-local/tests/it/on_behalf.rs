//! The on-behalf-of flow: client to API to Graph.

use entra_local::{Access, Consent, Running, Scenario};
use reqwest::StatusCode;
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use crate::support::{AMARA, App, CONTOSO, assert_refused, claims, serve};

const GRAPH: &str = "https://graph.microsoft.com/User.Read offline_access";

/// A client that calls an API, and that API.
async fn chain(change: impl Fn(&mut Scenario)) -> (Running, App, App) {
    let mut scenario = Scenario::demo();
    scenario.apps.truncate(1);
    let mut api = scenario.apps[0].clone();
    api.client_id = Uuid::from_u128(71);
    scenario.apps.push(api);
    change(&mut scenario);
    let api = scenario.apps[1].clone();
    let (running, client) = serve(scenario).await;
    let api = App::new(running.base_url.clone(), api);
    (running, client, api)
}

async fn token_for(client: &App, api: &App) -> String {
    let body = client.tokens(AMARA, &format!("openid offline_access api://{}/Incidents.Read", api.client_id())).await;
    body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_api_exchanges_its_callers_token() {
    let (_running, client, api) = chain(|_| {}).await;
    let assertion = token_for(&client, &api).await;
    let (status, body) = api.on_behalf_of(&assertion, GRAPH, &[("client_info", "1")]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let token = claims(body["access_token"].as_str().unwrap());
    assert_eq!((&token["oid"], &token["appid"]), (&claims(&assertion)["oid"], &json!(api.client_id())));
    assert_eq!(token["scp"], "User.Read");
    assert!(body["client_info"].is_string() && body.get("id_token").is_none());
    let refresh_token = body["refresh_token"].as_str().unwrap();
    assert_eq!(api.refresh("organizations", refresh_token, &[]).await.0, StatusCode::OK);
    let (_, body) = api.on_behalf_of(&assertion, "User.Read", &[]).await;
    assert_eq!(body.get("refresh_token"), None);
}

#[tokio::test]
async fn an_assertion_must_be_ours_for_this_api_and_current() {
    let (running, client, api) = chain(|_| {}).await;
    let assertion = token_for(&client, &api).await;
    let mut spoiled = assertion.clone();
    spoiled.replace_range(assertion.len() - 9.., "AAAAAAAAA");
    for no_signature_of_ours in [spoiled.as_str(), "a.b.c", "nonsense"] {
        assert_refused(&api.on_behalf_of(no_signature_of_ours, GRAPH, &[]).await, "invalid_grant", 50_013);
    }
    let anothers = client.on_behalf_of(&assertion, GRAPH, &[]).await;
    assert_refused(&anothers, "invalid_grant", 500_131);
    let id_token = api.id_token(AMARA).await;
    assert_refused(&api.on_behalf_of(&id_token, GRAPH, &[]).await, "invalid_grant", 50_013);
    let (_, own) = api.for_itself(CONTOSO, &format!("api://{}/.default", api.client_id())).await;
    let app_only = api.on_behalf_of(own["access_token"].as_str().unwrap(), GRAPH, &[]).await;
    assert_refused(&app_only, "unauthorized_client", 7_000_114);
    let no_use = api.on_behalf_of(&assertion, GRAPH, &[("requested_token_use", "")]).await;
    assert_refused(&no_use, "invalid_request", 900_144);
    let other_use = api.on_behalf_of(&assertion, GRAPH, &[("requested_token_use", "other")]).await;
    assert_refused(&other_use, "invalid_request", 90_100);
    running.entra().control().advance_clock(Duration::minutes(90));
    assert_refused(&api.on_behalf_of(&assertion, GRAPH, &[]).await, "invalid_grant", 500_133);
}

#[tokio::test]
async fn the_person_must_have_consented_to_the_api_as_well() {
    let (_running, client, api) = chain(|scenario| scenario.apps[1].consent = Consent::AskOnce).await;
    let assertion = token_for(&client, &api).await;
    let refusal = api.on_behalf_of(&assertion, GRAPH, &[]).await;
    assert_refused(&refusal, "invalid_grant", 65_001);
    assert_eq!(refusal.1["suberror"], "consent_required");
}

#[tokio::test]
async fn a_second_factor_cannot_be_asked_for_and_so_is_a_challenge() {
    let (running, client, api) = chain(|_| {}).await;
    let assertion = token_for(&client, &api).await;
    running.entra().control().set_access(AMARA, Access::Mfa);
    let refusal = api.on_behalf_of(&assertion, GRAPH, &[]).await;
    assert_refused(&refusal, "interaction_required", 50_076);
    let challenge: Value = serde_json::from_str(refusal.1["claims"].as_str().unwrap()).unwrap();
    assert_eq!(challenge["access_token"]["capolids"]["essential"], true);
}
