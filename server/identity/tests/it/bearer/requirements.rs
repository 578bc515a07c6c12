//! Who may do what, by layers.

use identity::ClaimsChallenge;
use serde_json::{Value, json};

use super::{
    api::Api,
    issuer::{Kind, OTHER_TENANT},
};

async fn verdicts(api: &Api, token: &str, paths: [&str; 7]) -> Vec<(u16, String)> {
    let mut verdicts = Vec::new();
    for path in paths {
        let reply = api.ask(path, token).await;
        verdicts.push((reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned()));
    }
    verdicts
}

const PATHS: [&str; 7] = ["/admins", "/delete", "/read", "/list", "/people", "/tenant", "/step-up"];

#[tokio::test]
async fn each_layer_lets_through_whom_it_may() {
    let api = Api::start(Kind::Entra).await;
    let ok = || (200, String::new());
    let no = |code: &str| (403, code.to_owned());
    let viewer = api.token(json!({}));
    let expected = [no("insufficient_role"), no("insufficient_scope"), ok(), ok(), ok(), ok(), no("forbidden")];
    assert_eq!(verdicts(&api, &viewer, PATHS).await, expected);
    let admin = api.token(json!({
        "roles": ["Admin"], "scp": "Incidents.Delete Incidents.Read", "acrs": ["c1"],
    }));
    assert_eq!(verdicts(&api, &admin, PATHS).await, [(); 7].map(|()| ok()));
    let program = api.app_token(json!({}));
    let expected = [
        no("insufficient_role"),
        no("insufficient_scope"),
        no("insufficient_scope"),
        ok(),
        no("forbidden"),
        ok(),
        no("forbidden"),
    ];
    assert_eq!(verdicts(&api, &program, PATHS).await, expected, "a program is not taken for a person");
}

#[tokio::test]
async fn a_scope_that_is_missing_is_named() {
    let api = Api::start(Kind::Entra).await;
    let reply = api.ask("/delete", &api.token(json!({}))).await;
    let challenge = reply.challenge.unwrap();
    assert!(challenge.starts_with("Bearer error=\"insufficient_scope\", "), "{challenge}");
    assert!(challenge.ends_with(", scope=\"Incidents.Read Incidents.Delete\""), "{challenge}");
}

#[tokio::test]
async fn a_client_that_understands_it_is_told_how_to_come_back() {
    let api = Api::start(Kind::Entra).await;
    let reply = api.ask("/step-up", &api.token(json!({ "xms_cc": ["cp1"] }))).await;
    assert_eq!(reply.verdict(), (401, "insufficient_claims"));
    let challenge = reply.challenge.unwrap();
    assert!(challenge.contains(&format!("authorization_uri=\"{}/authorize\"", api.issuer.base)), "{challenge}");
    let read = ClaimsChallenge::from_www_authenticate(reply.response.headers()).unwrap();
    let claims: Value = serde_json::from_str(read.as_str()).unwrap();
    assert_eq!(claims, json!({ "access_token": { "acrs": { "essential": true, "value": "c1" } } }));
    let merged = read.merged_with(&ClaimsChallenge::capabilities(&["cp1"]));
    assert!(merged.as_str().contains("xms_cc") && merged.as_str().contains("acrs"));
}

#[tokio::test]
async fn outside_of_the_layer_nobody_is_known() {
    let api = Api::start(Kind::Entra).await;
    for path in ["/outside", "/outside-too"] {
        assert_eq!(api.ask(path, &api.token(json!({}))).await.verdict(), (401, "unauthorized"), "{path}");
    }
}

#[tokio::test]
async fn another_tenant_of_an_open_authority_is_turned_away_where_one_is_asked_for() {
    let mut api = Api::start(Kind::Oidc).await;
    let token = api.token(json!({}));
    assert_eq!(api.ask("/tenant", &token).await.status, 200);
    let guarded = identity::Requirement::tenant(&[OTHER_TENANT]);
    api.router = api.router.clone().layer(guarded.layer()).layer(api.bearer.layer());
    assert_eq!(api.ask("/who", &token).await.verdict(), (403, "tenant_not_authorized"));
}
