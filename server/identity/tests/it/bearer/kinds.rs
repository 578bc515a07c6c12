//! Who the caller is, at each kind of authority.

use identity::{AccessTokenVersions, BearerConfig, CallerKind};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{
    api::Api,
    issuer::{CLIENT, KEY, Kind, TENANT, sign},
};

#[tokio::test]
async fn a_person_of_entra_is_known_by_object_and_tenant() {
    let api = Api::start(Kind::Entra).await;
    let token = api.token(json!({ "acrs": ["c2", "c1"], "xms_cc": ["CP1"] }));
    let reply = api.ask("/who", &token).await;
    assert_eq!(
        reply.body,
        json!({
            "account": format!("an object.{TENANT}"), "tenant": TENANT, "subject": "an object", "name": "Amara Okafor",
            "kind": "Delegated", "client": "the client", "scopes": ["Incidents.Read", "Incidents.Write"],
            "roles": ["Viewer"], "acrs": ["c1", "c2"], "challenges": true,
        })
    );
    let caller = api.authenticate(&token).await.unwrap();
    assert_eq!(caller.assertion.expose_secret(), token);
    assert_eq!(caller.expires_at.unix_timestamp(), api.site.clock_now().unix_timestamp() + 3600);
    assert_eq!(&*caller.authorization_uri, format!("{}/authorize", api.issuer.base));
}

#[tokio::test]
async fn a_name_of_nothing_is_none() {
    let api = Api::start(Kind::Entra).await;
    let caller = api.authenticate(&api.token(json!({ "name": " " }))).await.unwrap();
    assert_eq!(caller.name, None);
}

#[tokio::test]
async fn an_application_is_no_person() {
    let api = Api::start(Kind::Entra).await;
    let caller = api.authenticate(&api.app_token(json!({}))).await.unwrap();
    assert_eq!((caller.kind, caller.name.as_deref(), caller.accepts_claims_challenges), (CallerKind::App, None, false));
    assert!(caller.scopes.is_empty() && caller.roles == ["Incidents.Read.All"]);
}

#[tokio::test]
async fn both_versions_of_entra_are_accepted_or_the_one_that_is_wanted() {
    for (versions, one, two) in [
        (AccessTokenVersions::Both, true, true),
        (AccessTokenVersions::V1, true, false),
        (AccessTokenVersions::V2, false, true),
    ] {
        let api = Api::with(Kind::Entra, BearerConfig { versions, ..BearerConfig::for_client(CLIENT) }).await;
        let older = json!({
            "iss": format!("https://sts.windows.net/{TENANT}/"), "ver": "1.0", "aud": format!("api://{CLIENT}"),
            "azp": null, "appid": "the client",
        });
        let accepted =
            [api.token(older), api.token(json!({}))].map(async |token| api.authenticate(&token).await.is_ok());
        let [older, newer] = accepted;
        assert_eq!((older.await, newer.await), (one, two), "{versions:?}");
    }
}

#[tokio::test]
async fn customers_of_an_external_tenant() {
    let api = Api::start(Kind::ExternalId).await;
    let caller = api.authenticate(&api.token(json!({}))).await.unwrap();
    assert_eq!(caller.account.home, format!("an object.{TENANT}"));
    assert_eq!(api.verdict(&api.token(json!({ "ver": "1.0" }))).await, (401, "invalid_claims".to_owned()));
}

#[tokio::test]
async fn customers_of_b2c_come_by_a_policy_that_signs_in() {
    let api = Api::start(Kind::B2c).await;
    for policy in ["B2C_1_susi", "b2c_1_SUSI", "B2C_1_reset"] {
        let caller = api.authenticate(&api.token(json!({ "tfp": policy }))).await.unwrap();
        assert_eq!(caller.account.home, format!("81a3b5c7-0d2e-4f46-8a9b-1c3d5e7f9024.{TENANT}"), "{policy}");
    }
    for changes in
        [json!({ "tfp": "B2C_1_edit" }), json!({ "tfp": null }), json!({ "scp": null }), json!({ "sub": "x" })]
    {
        assert_eq!(api.verdict(&api.token(changes.clone())).await, (401, "invalid_claims".to_owned()), "{changes}");
    }
}

#[tokio::test]
async fn a_plain_provider_has_issuer_and_subject() {
    let api = Api::start(Kind::Oidc).await;
    let caller = api.authenticate(&api.token(json!({}))).await.unwrap();
    assert_eq!((caller.kind, caller.tenant_id), (CallerKind::Delegated, TENANT));
    assert_eq!(caller.account.home, format!("{}#a subject", api.issuer.base));
    let own = api.authenticate(&api.token(json!({ "sub": "the client" }))).await.unwrap();
    assert_eq!(own.kind, CallerKind::App);
    let untyped = sign(&KEY, &api.header(json!({ "typ": "JWT" })), &api.claims(json!({})).to_string());
    assert_eq!(api.verdict(&untyped).await, (401, "invalid_claims".to_owned()));
}
