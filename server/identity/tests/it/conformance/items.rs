//! The items.

use http::StatusCode;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Value, json};

use super::provider::{ACCESS_TOKEN, CLIENT, CODE, Outcome, Plan, Signing, encode, sign_in};

/// The sign-in ends where it was meant to.
async fn passes(change: impl FnOnce(&mut Plan)) -> Outcome {
    let outcome = sign_in(change).await;
    assert_eq!(outcome.reply.status, StatusCode::SEE_OTHER, "{:?} {}", outcome.refusal, outcome.reply.body);
    assert_eq!((outcome.reply.location().as_str(), outcome.people), ("/there", 1));
    outcome
}

/// The sign-in ends with a page, nobody is signed in, and the audit trail says why.
async fn refuses(code: &str, change: impl FnOnce(&mut Plan)) {
    let outcome = sign_in(change).await;
    assert!(outcome.reply.status.is_client_error(), "{}", outcome.reply.status);
    assert_eq!((outcome.refusal.as_deref(), outcome.people), (Some(code), 0));
}

fn left_half(text: &str) -> String {
    encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref()[..16])
}

#[tokio::test]
async fn oidcc_client_test() {
    passes(|_| {}).await;
}

#[tokio::test]
async fn client_secret_basic_is_used() {
    let outcome = passes(|_| {}).await;
    assert!(outcome.client_authentication.is_some_and(|header| header.starts_with("Basic ")));
}

#[tokio::test]
async fn idtoken_sig_rs256_is_accepted() {
    passes(Plan::publish_another_key).await;
}

#[tokio::test]
async fn idtoken_sig_none_is_refused() {
    refuses("AlgorithmNotAllowed", |plan| plan.sign_as("none", Signing::Nobody)).await;
}

#[tokio::test]
async fn invalid_null_alg_is_refused() {
    refuses("Malformed", |plan| drop(plan.header.insert("alg".to_owned(), Value::Null))).await;
    refuses("AlgorithmNotAllowed", |plan| plan.sign_as("", Signing::Nobody)).await;
}

#[tokio::test]
async fn invalid_alternate_alg_is_refused() {
    for alg in ["RS384", "RS512", "PS256", "EdDSA"] {
        refuses("AlgorithmNotAllowed", |plan| plan.sign_as(alg, Signing::Honest)).await;
    }
}

#[tokio::test]
async fn invalid_sig_rs256_is_refused() {
    refuses("Signature", |plan| plan.signing = Signing::Stranger).await;
}

#[tokio::test]
async fn invalid_sig_es256_is_refused() {
    refuses("AlgorithmNotAllowed", |plan| plan.sign_as("ES256", Signing::Es256)).await;
}

#[tokio::test]
async fn invalid_sig_hs256_is_refused() {
    refuses("AlgorithmNotAllowed", |plan| plan.sign_as("HS256", Signing::Hs256)).await;
}

#[tokio::test]
async fn invalid_signature_is_refused() {
    refuses("Signature", |plan| plan.signing = Signing::Nobody).await;
    refuses("Signature", |plan| plan.signing = Signing::Hs256).await;
}

#[tokio::test]
async fn kid_absent_single_jwks_is_accepted() {
    passes(|plan| drop(plan.header.remove("kid"))).await;
}

#[tokio::test]
async fn kid_absent_multiple_jwks_is_refused() {
    let change = |plan: &mut Plan| {
        plan.header.remove("kid");
        plan.publish_another_key();
    };
    refuses("KeyIdMissing", change).await;
}

#[tokio::test]
async fn encrypted_idtoken_is_refused() {
    refuses("Malformed", |plan| drop(plan.answer.insert("id_token".to_owned(), json!("e30.e30.e30.e30.e30")))).await;
}

#[tokio::test]
async fn invalid_iss_is_refused() {
    refuses("Issuer", |plan| plan.claim("iss", "https://evil.example")).await;
}

#[tokio::test]
async fn missing_iss_is_refused() {
    refuses("Issuer", |plan| drop(plan.claims.remove("iss"))).await;
}

#[tokio::test]
async fn invalid_aud_is_refused() {
    refuses("Audience", |plan| plan.claim("aud", "somebody-else")).await;
}

#[tokio::test]
async fn missing_aud_is_refused() {
    refuses("Audience", |plan| drop(plan.claims.remove("aud"))).await;
}

#[tokio::test]
async fn invalid_secondary_aud_is_refused() {
    refuses("AuthorizedParty", |plan| plan.claim("aud", json!([CLIENT, "somebody-else"]))).await;
}

#[tokio::test]
async fn valid_aud_as_array_is_accepted() {
    passes(|plan| plan.claim("aud", json!([CLIENT]))).await;
}

#[tokio::test]
async fn missing_iat_is_refused() {
    refuses("IssuedAt", |plan| drop(plan.claims.remove("iat"))).await;
}

/// The age of a token is the provider's to decide, by `exp` (OpenID Connect Core 1.0 section 3.1.3.7, item 10); the nonce
/// already ties it to this sign-in.
#[tokio::test]
async fn iat_is_week_in_past_is_left_to_exp() {
    let week = 7 * 24 * 3600;
    let change = |plan: &mut Plan| {
        let now = plan.claims["iat"].as_i64().unwrap();
        plan.claim("iat", now - week);
    };
    passes(change).await;
    let change = |plan: &mut Plan| {
        let now = plan.claims["iat"].as_i64().unwrap();
        plan.claim("iat", now - week);
        plan.claim("exp", now - week + 300);
    };
    refuses("Expired", change).await;
}

#[tokio::test]
async fn missing_exp_is_refused() {
    refuses("ExpiryMissing", |plan| drop(plan.claims.remove("exp"))).await;
}

#[tokio::test]
async fn expired_exp_is_refused() {
    let change = |plan: &mut Plan| {
        let now = plan.claims["iat"].as_i64().unwrap();
        plan.claim("exp", now - 300);
    };
    refuses("Expired", change).await;
}

#[tokio::test]
async fn missing_sub_is_refused() {
    refuses("SubjectMissing", |plan| drop(plan.claims.remove("sub"))).await;
}

#[tokio::test]
async fn nonce_invalid_is_refused() {
    refuses("Nonce", |plan| plan.claim("nonce", "the nonce of another sign-in")).await;
}

#[tokio::test]
async fn missing_nonce_is_refused() {
    refuses("NonceMissing", |plan| drop(plan.claims.remove("nonce"))).await;
}

#[tokio::test]
async fn missing_athash_is_accepted() {
    passes(|plan| assert!(!plan.claims.contains_key("at_hash"))).await;
}

#[tokio::test]
async fn valid_hashes_are_accepted() {
    let change = |plan: &mut Plan| {
        plan.claim("at_hash", left_half(ACCESS_TOKEN));
        plan.claim("c_hash", left_half(CODE));
    };
    passes(change).await;
}

#[tokio::test]
async fn invalid_athash_is_refused() {
    refuses("AccessTokenHash", |plan| plan.claim("at_hash", left_half("another access token"))).await;
}

#[tokio::test]
async fn invalid_chash_is_refused() {
    refuses("CodeHash", |plan| plan.claim("c_hash", left_half("another code"))).await;
}

#[tokio::test]
async fn invalid_shash_is_refused() {
    refuses("StateHash", |plan| plan.claim("s_hash", left_half("another state"))).await;
}

#[tokio::test]
async fn discovery_issuer_mismatch_is_refused() {
    let outcome = sign_in(|plan| drop(plan.metadata.insert("issuer".to_owned(), json!("https://evil.example")))).await;
    assert_eq!(
        (outcome.reply.status, outcome.people),
        (StatusCode::INTERNAL_SERVER_ERROR, 0),
        "a fault of the settings"
    );
}

#[tokio::test]
async fn invalid_authorization_response_iss_is_refused() {
    refuses("Issuer", |plan| drop(plan.response.insert("iss".to_owned(), json!("https://evil.example")))).await;
}

#[tokio::test]
async fn removed_authorization_response_iss_is_refused() {
    let announced = "authorization_response_iss_parameter_supported".to_owned();
    refuses("Issuer", |plan| drop(plan.metadata.insert(announced, json!(true)))).await;
}

/// Belongs to no sign-in, so it is no line in the audit trail.
#[tokio::test]
async fn invalid_or_missing_state_is_refused() {
    for state in [json!("another state"), json!(""), Value::Null] {
        let outcome = sign_in(|plan| drop(plan.response.insert("state".to_owned(), state))).await;
        assert_eq!((outcome.reply.status, outcome.people), (StatusCode::BAD_REQUEST, 0));
        assert_eq!(outcome.refusal, None);
    }
}

#[tokio::test]
async fn token_type_case_insensitivity() {
    passes(|plan| drop(plan.answer.insert("token_type".to_owned(), json!("bEARER")))).await;
}

#[tokio::test]
async fn token_endpoint_response_without_expires_in_is_accepted() {
    passes(|plan| drop(plan.answer.remove("expires_in"))).await;
}

#[tokio::test]
async fn no_scope_in_token_endpoint_response_is_accepted() {
    passes(|plan| assert!(!plan.answer.contains_key("scope"))).await;
}

/// RFC 7636 appendix B.
#[test]
fn pkce_makes_the_challenge_of_the_specification() {
    let verifier = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    assert_eq!(challenge.as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assert_eq!(challenge.method().as_str(), "S256");
}
