//! The refresh grant and what access tokens look like.

use entra_local::Scenario;
use reqwest::StatusCode;
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use crate::support::{AMARA, App, Browser, claims, demo, header, serve};

#[tokio::test]
async fn each_refresh_brings_a_new_token_and_the_old_one_stays_good() {
    let (_running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    let (_, first) = app.redeem(&code, &[]).await;
    let old = first["refresh_token"].as_str().unwrap();
    let (status, second) = app.refresh("organizations", old, &[]).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"]);
    let (before, after) = (claims(first["id_token"].as_str().unwrap()), claims(second["id_token"].as_str().unwrap()));
    assert_eq!((&before["oid"], &before["sid"]), (&after["oid"], &after["sid"]));
    assert_eq!(after.get("nonce"), None);
    assert_eq!(app.refresh("organizations", old, &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn there_is_no_refresh_token_without_offline_access() {
    let (_running, app) = demo().await;
    let code = app.code_with(&Browser::new(), AMARA, &[("scope", "openid")]).await;
    let (_, body) = app.redeem(&code, &[]).await;
    assert_eq!(body.get("refresh_token"), None);
    assert_eq!(body.get("client_info"), None);
    // Without `profile` there is nothing personal either.
    let claims = claims(body["id_token"].as_str().unwrap());
    for name in ["oid", "name", "preferred_username", "email"] {
        assert_eq!(claims.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_refused_when_unknown_old_or_anothers() {
    let mut scenario = Scenario::demo();
    let mut other = scenario.apps[0].clone();
    other.client_id = Uuid::from_u128(77);
    scenario.apps.push(other.clone());
    let (running, app) = serve(scenario).await;
    let code = app.code(&Browser::new(), AMARA).await;
    let (_, body) = app.redeem(&code, &[]).await;
    let token = body["refresh_token"].as_str().unwrap().to_owned();
    let other = App::new(running.base_url.clone(), other);
    let anothers = other.refresh("organizations", &token, &[]).await;
    let unknown = app.refresh("organizations", "1.unknown", &[]).await;
    running.entra().control().advance_clock(Duration::days(90));
    let old = app.refresh("organizations", &token, &[]).await;
    for ((status, body), number) in [(anothers, 70_000), (unknown, 70_000), (old, 700_082)] {
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(body["error"], "invalid_grant");
        assert_eq!(body["error_codes"], json!([number]));
    }
    let (_, body) = app.refresh("organizations", "", &[]).await;
    assert_eq!(body["error_codes"], json!([900_144]));
}

#[tokio::test]
async fn a_refresh_may_turn_to_another_resource() {
    let (running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    let (_, body) = app.redeem(&code, &[]).await;
    let graph = body["access_token"].as_str().unwrap();
    assert_eq!(claims(graph)["aud"], "00000003-0000-0000-c000-000000000000");
    assert!(header(graph)["nonce"].is_string());
    assert!(!app.verifies(graph).await, "nobody but Graph can check it");

    let token = body["refresh_token"].as_str().unwrap();
    let scope = format!("openid api://{}/Incidents.Read", app.client_id());
    let (_, body) = app.refresh("organizations", token, &[("scope", &scope)]).await;
    let own = claims(body["access_token"].as_str().unwrap());
    assert_eq!(own["aud"], app.client_id());
    assert_eq!(own["azp"], app.client_id());
    assert!(app.verifies(body["access_token"].as_str().unwrap()).await);
    assert_eq!(own["scp"], "Incidents.Read");
    assert_eq!(own["ver"], "2.0");
    assert_eq!(own["roles"], json!(["Admin"]));
    assert!(own["iss"].as_str().unwrap().starts_with(running.base_url.as_str()));
}
