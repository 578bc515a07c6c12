//! A token that has been seen before is not checked anew, but for what may have changed.

use serde_json::json;
use time::Duration;

use super::{api::Api, issuer::Kind};

#[tokio::test]
async fn time_goes_on_for_a_token_that_was_good() {
    let api = Api::start(Kind::Entra).await;
    let token = api.token(json!({}));
    for _ in 0..3 {
        assert_eq!(api.verdict(&token).await, (200, String::new()));
    }
    api.site.clock.advance(Duration::seconds(3659));
    assert_eq!(api.verdict(&token).await, (200, String::new()), "a minute to spare");
    api.site.clock.advance(Duration::seconds(1));
    assert_eq!(api.verdict(&token).await, (401, "token_expired".to_owned()));
    api.site.clock.advance(Duration::hours(-3));
    assert_eq!(api.verdict(&token).await, (401, "invalid_claims".to_owned()), "a clock that was set back");
}

#[tokio::test]
async fn a_key_that_is_no_longer_published_takes_its_tokens_along() {
    let api = Api::start(Kind::Entra).await;
    let token = api.token(json!({}));
    assert!(api.authenticate(&token).await.is_ok());
    // The key is gone, which the hourly look at the keys finds out.
    api.issuer.publish(&["two"]);
    api.site.clock.advance(Duration::minutes(50));
    assert!(api.authenticate(&token).await.is_ok(), "nobody knows yet");
    let newest = super::issuer::sign(
        &super::issuer::KEY,
        &api.header(json!({ "kid": "two" })),
        &api.claims(json!({})).to_string(),
    );
    assert!(api.authenticate(&newest).await.is_ok(), "an unknown key has the keys fetched");
    assert_eq!(api.verdict(&token).await, (401, "invalid_token".to_owned()));
    assert!(api.authenticate(&newest).await.is_ok());
}

#[tokio::test]
async fn a_key_that_is_still_published_keeps_them() {
    let api = Api::start(Kind::Entra).await;
    let token = api.token(json!({}));
    assert!(api.authenticate(&token).await.is_ok());
    api.issuer.publish(&["one", "two"]);
    api.site.clock.advance(Duration::minutes(1));
    let newest = super::issuer::sign(
        &super::issuer::KEY,
        &api.header(json!({ "kid": "two" })),
        &api.claims(json!({})).to_string(),
    );
    assert!(api.authenticate(&newest).await.is_ok());
    assert!(api.authenticate(&token).await.is_ok());
}

#[tokio::test]
async fn of_two_apis_each_knows_its_own_tokens() {
    let api = Api::start(Kind::Entra).await;
    let config =
        identity::BearerConfig { audiences: vec!["api://other".to_owned()], ..identity::BearerConfig::for_client("x") };
    let other = api.site.identity.bearer(config).unwrap();
    let token = api.token(json!({}));
    assert!(api.authenticate(&token).await.is_ok());
    let headers = [(http::header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())];
    assert!(other.authenticate(&headers.into_iter().collect()).await.is_err());
}
