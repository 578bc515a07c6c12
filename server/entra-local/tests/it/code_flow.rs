//! The way of an honest sign-in.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{AMARA, App, Browser, CONTOSO, claims, demo, header};

/// Checks the signature with the published keys and returns the claims.
async fn verified(app: &App, token: &str) -> Value {
    let (_, keys) = app.json("/organizations/discovery/v2.0/keys").await;
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[app.client_id()]);
    decode::<Value>(token, &key, &validation).unwrap().claims
}

#[tokio::test]
async fn a_code_becomes_tokens_with_entras_claims() {
    let (running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[("client_info", "1")])).await;
    assert_eq!(picker.status, StatusCode::OK);
    let answer = browser.pick(&picker, AMARA).await;
    assert!(answer.location().as_str().starts_with("http://localhost:3000/auth/callback?code="));
    assert_eq!(answer.sent("state").as_deref(), Some("a state"));
    assert!(answer.sent("session_state").is_some());
    assert!(answer.sent("client_info").is_some());

    let (status, body) = app.redeem(&answer.sent("code").unwrap(), &[("client_info", "1")]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "openid profile email");
    assert!((3600..5400).contains(&body["expires_in"].as_u64().unwrap()));
    assert_eq!(body["ext_expires_in"], body["expires_in"]);
    assert!(body["refresh_token"].is_string());

    let id_token = body["id_token"].as_str().unwrap();
    let claims = verified(&app, id_token).await;
    assert_eq!(header(id_token)["typ"], "JWT");
    let expected = [
        ("acct", json!(0)),
        ("aud", json!(app.client_id())),
        ("email", json!(AMARA)),
        ("iss", json!(format!("{}{CONTOSO}/v2.0", running.base_url))),
        ("name", json!("Amara Lindqvist")),
        ("nonce", json!("a nonce")),
        ("oid", json!("0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821")),
        ("preferred_username", json!(AMARA)),
        ("roles", json!(["Admin"])),
        ("tid", json!(CONTOSO)),
        ("ver", json!("2.0")),
    ];
    let mut names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names.join(" "),
        "acct aud email exp iat iss login_hint name nbf nonce oid preferred_username rh roles sid sub tid uti ver"
    );
    for (name, value) in expected {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["nbf"], claims["iat"]);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    for name in ["sub", "sid", "uti", "rh", "login_hint"] {
        assert!(claims[name].is_string(), "{name}");
    }
}

#[tokio::test]
async fn an_account_without_roles_has_no_roles_claim() {
    let (_running, app) = demo().await;
    let claims = claims(&app.id_token("nuri@contoso.example").await);
    assert_eq!(claims.get("roles"), None);
}
