//! The authority's keys: when they are fetched, and what is said while they cannot be.

use http::header;
use serde_json::json;
use time::Duration;

use super::{
    api::Api,
    issuer::{KEY, Kind, sign},
};

#[tokio::test]
async fn a_flood_of_unknown_keys_is_no_flood_of_fetches() {
    let api = Api::start(Kind::Entra).await;
    assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200);
    assert_eq!(api.issuer.fetches(), 1);
    let forged = |n: usize| sign(&KEY, &api.header(json!({ "kid": format!("made up {n}") })), "{}");
    api.site.clock.advance(Duration::minutes(1));
    for round in 0..3 {
        let flood = (0..40).map(|n| forged(100 * round + n)).collect::<Vec<_>>();
        let all = futures::future::join_all(flood.iter().map(|token| api.verdict(token))).await;
        assert!(all.iter().all(|verdict| *verdict == (401, "invalid_token".to_owned())));
        assert_eq!(api.issuer.fetches(), 2 + round, "one in half a minute");
        assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200, "and others are served meanwhile");
        api.site.clock.advance(Duration::seconds(31));
    }
}

#[tokio::test]
async fn a_new_key_is_found_when_it_is_first_used() {
    let api = Api::start(Kind::Entra).await;
    assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200);
    api.issuer.publish(&["one", "two"]);
    api.site.clock.advance(Duration::minutes(1));
    let newer = sign(&KEY, &api.header(json!({ "kid": "two" })), &api.claims(json!({})).to_string());
    assert_eq!(api.verdict(&newer).await.0, 200);
}

#[tokio::test]
async fn without_keys_no_token_is_called_bad() {
    let api = Api::start(Kind::Entra).await;
    api.issuer.set_down(true);
    for token in [api.token(json!({})), "a.b.c".to_owned()] {
        let reply = api.ask("/who", &token).await;
        assert_eq!((reply.verdict(), reply.challenge.as_deref()), ((503, "temporarily_unavailable"), None));
        assert_eq!(reply.response.headers()[header::RETRY_AFTER], "30");
    }
    api.issuer.set_down(false);
    assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200, "and it is as good as ever");
    // Known keys serve on; of an unknown one it cannot be said that it is none.
    api.issuer.set_down(true);
    api.site.clock.advance(Duration::minutes(1));
    assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200);
    let newer = sign(&KEY, &api.header(json!({ "kid": "two" })), &api.claims(json!({})).to_string());
    for _ in 0..2 {
        assert_eq!(api.ask("/who", &newer).await.verdict(), (503, "temporarily_unavailable"));
    }
    api.site.clock.advance(Duration::hours(25));
    assert_eq!(api.ask("/who", &api.token(json!({}))).await.verdict(), (503, "temporarily_unavailable"));
}
