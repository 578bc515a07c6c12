//! Spoiled ID tokens: each is wrong in the way it says, and right in all others.

use entra_local::Tamper;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use crate::support::{AMARA, App, CONTOSO, FABRIKAM, claims, demo, header};

async fn spoiled(app: &App, control: &entra_local::Control, tamper: Tamper) -> String {
    control.tamper_next_id_token(tamper);
    app.id_token(AMARA).await
}

/// Whether HMAC with `key` gives the signature.
fn is_hs256(token: &str, key: &[u8]) -> bool {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_aud = false;
    decode::<Value>(token, &DecodingKey::from_secret(key), &validation).is_ok()
}

#[tokio::test]
async fn signatures_are_spoiled_as_asked() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    assert!(app.verifies(&app.id_token(AMARA).await).await);
    for tamper in [Tamper::BadSignature, Tamper::ForeignKey] {
        let token = spoiled(&app, control, tamper.clone()).await;
        assert_eq!(header(&token)["alg"], "RS256");
        assert!(header(&token)["kid"].is_string());
        assert!(!app.verifies(&token).await, "{tamper:?}");
    }
    let none = spoiled(&app, control, Tamper::AlgNone).await;
    assert_eq!(header(&none)["alg"], "none");
    assert!(none.ends_with('.'));
    let secret = app.registration.client_secret.expose().as_bytes();
    let keyed = spoiled(&app, control, Tamper::Hs256WithClientSecret).await;
    assert_eq!(header(&keyed)["alg"], "HS256");
    assert!(is_hs256(&keyed, secret));
    let keyed = spoiled(&app, control, Tamper::Hs256WithPublicKey).await;
    assert_eq!(header(&keyed)["alg"], "HS256");
    assert!(!is_hs256(&keyed, secret));
}

#[tokio::test]
async fn key_ids_are_spoiled_as_asked() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let token = spoiled(&app, control, Tamper::UnknownKid).await;
    assert_eq!(header(&token)["kid"], "no-published-key-has-this-id");
    assert!(app.verifies(&token).await);
    let token = spoiled(&app, control, Tamper::MissingKid).await;
    assert_eq!(header(&token).get("kid"), None);
    assert!(app.verifies(&token).await);
}

#[tokio::test]
async fn claims_are_replaced_as_asked_under_a_good_signature() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let issuer = |tenant: &str| json!(format!("{}{tenant}/v2.0", running.base_url));
    let nil = "00000000-0000-0000-0000-000000000000";
    let cases = [
        (Tamper::WrongIssuer, vec![("iss", json!("https://login.attacker.example/v2.0"))]),
        (Tamper::OtherTenantIssuer, vec![("iss", issuer(FABRIKAM)), ("tid", json!(CONTOSO))]),
        (Tamper::OtherTenantId, vec![("iss", issuer(CONTOSO)), ("tid", json!(FABRIKAM))]),
        (Tamper::OtherTenant, vec![("iss", issuer(FABRIKAM)), ("tid", json!(FABRIKAM))]),
        (Tamper::NonGuidTenantId, vec![("iss", issuer("organizations")), ("tid", json!("organizations"))]),
        (Tamper::WrongAudience, vec![("aud", json!(nil))]),
        (Tamper::ExtraAudience, vec![("aud", json!([app.client_id(), nil]))]),
        (Tamper::WrongNonce, vec![("nonce", json!("a nonce of another request"))]),
    ];
    for (tamper, expected) in cases {
        let token = spoiled(&app, control, tamper.clone()).await;
        assert!(app.verifies(&token).await, "{tamper:?}");
        for (name, value) in expected {
            assert_eq!(claims(&token)[name], value, "{tamper:?}");
        }
    }
}

#[tokio::test]
async fn claims_are_left_out_as_asked() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    for (tamper, name) in [
        (Tamper::MissingTenantId, "tid"),
        (Tamper::MissingAudience, "aud"),
        (Tamper::MissingExpiry, "exp"),
        (Tamper::MissingNonce, "nonce"),
        (Tamper::MissingSubject, "sub"),
        (Tamper::MissingObjectId, "oid"),
    ] {
        let token = spoiled(&app, control, tamper).await;
        assert_eq!(claims(&token).get(name), None, "{name}");
        assert!(app.verifies(&token).await, "{name}");
    }
}

#[tokio::test]
async fn times_are_moved_as_asked() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let now = control.now().unix_timestamp();
    for (tamper, name, earliest) in [
        (Tamper::Expired, "exp", now - 3600),
        (Tamper::NotYetValid, "nbf", now + 3600),
        (Tamper::IssuedInTheFuture, "iat", now + 3600),
    ] {
        let at = claims(&spoiled(&app, control, tamper).await)[name].as_i64().unwrap();
        assert!((earliest..earliest + 600).contains(&at), "{name}");
    }
}

#[tokio::test]
async fn any_claim_can_be_set_and_removed() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let set = json!({ "roles": ["Admin", 7], "extra": true }).as_object().unwrap().clone();
    let tamper = Tamper::Claims { set, remove: vec!["name".to_owned()] };
    let claims = claims(&spoiled(&app, control, tamper).await);
    assert_eq!(claims["roles"], json!(["Admin", 7]));
    assert_eq!(claims["extra"], true);
    assert_eq!(claims.get("name"), None);
}

#[tokio::test]
async fn one_call_spoils_one_token() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    control.tamper_next_id_token(Tamper::MissingSubject);
    control.tamper_next_id_token(Tamper::MissingNonce);
    let missing = |token: &str, name: &str| claims(token).get(name).is_none();
    let (first, second, third) = (app.id_token(AMARA).await, app.id_token(AMARA).await, app.id_token(AMARA).await);
    assert!(missing(&first, "sub") && !missing(&first, "nonce"));
    assert!(missing(&second, "nonce") && !missing(&second, "sub"));
    assert!(!missing(&third, "sub") && !missing(&third, "nonce"));
}
