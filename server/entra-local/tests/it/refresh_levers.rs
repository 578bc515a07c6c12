//! What ends refresh tokens.

use reqwest::StatusCode;
use time::Duration;

use crate::support::{AMARA, ISHAAN, assert_refused, demo};

const SCOPE: &str = "openid offline_access";

#[tokio::test]
async fn revocation_and_expiry_end_one_persons_tokens() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let token = |body: &serde_json::Value| body["refresh_token"].as_str().unwrap().to_owned();
    let others = token(&app.tokens(ISHAAN, SCOPE).await);
    for (end, code) in [(true, 50_173), (false, 700_082)] {
        control.reset();
        let old = token(&app.tokens(AMARA, SCOPE).await);
        if end {
            control.revoke_refresh_tokens(&AMARA.to_uppercase());
        } else {
            control.expire_refresh_tokens(AMARA);
        }
        let refusal = app.refresh("organizations", &old, &[]).await;
        assert_refused(&refusal, "invalid_grant", code);
        assert_eq!(refusal.1["suberror"] == "bad_token", end);
        assert_eq!(app.refresh("organizations", &others, &[]).await.0, StatusCode::OK);
        let new = token(&app.tokens(AMARA, SCOPE).await);
        assert_eq!(app.refresh("organizations", &new, &[]).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_policy_may_ask_for_sign_ins_often() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, SCOPE).await;
    control.set_sign_in_frequency(AMARA, Some(Duration::hours(1)));
    let (status, later) = app.refresh("organizations", body["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!(status, StatusCode::OK);
    control.advance_clock(Duration::hours(1));
    // A token of a refresh is no newer than the sign-in.
    let refusal = app.refresh("organizations", later["refresh_token"].as_str().unwrap(), &[]).await;
    assert_refused(&refusal, "invalid_grant", 70_043);
    assert_eq!(refusal.1["suberror"], "token_expired");
    control.set_sign_in_frequency(AMARA, None);
    assert_eq!(app.refresh("organizations", later["refresh_token"].as_str().unwrap(), &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn in_strict_rotation_a_refresh_token_is_good_once() {
    let (running, app) = demo().await;
    running.entra().control().rotate_strictly(true);
    let body = app.tokens(AMARA, SCOPE).await;
    let old = body["refresh_token"].as_str().unwrap();
    let (_, next) = app.refresh("organizations", old, &[]).await;
    let refusal = app.refresh("organizations", old, &[]).await;
    assert_refused(&refusal, "invalid_grant", 70_000);
    assert_eq!(refusal.1["suberror"], "bad_token");
    assert_eq!(app.refresh("organizations", next["refresh_token"].as_str().unwrap(), &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_may_come_without_a_new_one_and_then_the_old_one_stays() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, SCOPE).await;
    control.rotate_strictly(true);
    control.withhold_refresh_tokens(true);
    let old = body["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let (status, body) = app.refresh("organizations", old, &[]).await;
        assert_eq!((status, body.get("refresh_token")), (StatusCode::OK, None));
    }
    control.withhold_refresh_tokens(false);
    assert!(app.refresh("organizations", old, &[]).await.1["refresh_token"].is_string());
}
