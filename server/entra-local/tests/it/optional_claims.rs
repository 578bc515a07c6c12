//! Claims that depend on the registration, and groups.

use entra_local::{OptionalClaim, Scenario};
use serde_json::json;
use uuid::Uuid;

use crate::support::{AMARA, App, Browser, claims, serve};

async fn token(scenario: Scenario) -> serde_json::Value {
    let (_running, app) = serve(scenario).await;
    claims(&app.id_token(AMARA).await)
}

fn groups(count: u128) -> Scenario {
    let mut scenario = Scenario::demo();
    scenario.apps[0].group_claims = true;
    scenario.accounts[0].groups = (1..=count).map(Uuid::from_u128).collect();
    scenario
}

#[tokio::test]
async fn an_id_token_has_the_claims_that_were_asked_for() {
    let token_of = async |chosen: &[OptionalClaim]| {
        let mut scenario = Scenario::demo();
        scenario.apps[0].optional_claims = chosen.to_vec();
        token(scenario).await
    };
    let none = token_of(&[]).await;
    for claim in ["sid", "login_hint", "acct", "auth_time", "xms_edov"] {
        assert!(none.get(claim).is_none(), "{claim}");
    }
    let some = token_of(&[OptionalClaim::AuthTime, OptionalClaim::XmsEdov]).await;
    assert!(some["auth_time"].as_i64() <= some["iat"].as_i64());
    assert_eq!(some["xms_edov"], true);
}

#[tokio::test]
async fn the_address_can_come_without_its_scope() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].optional_claims = vec![OptionalClaim::Email];
    let (_running, app) = serve(scenario).await;
    let email = async |app: &App| {
        let code = app.code_with(&Browser::new(), AMARA, &[("scope", "openid profile")]).await;
        let (_, body) = app.redeem(&code, &[]).await;
        claims(body["id_token"].as_str().unwrap())["email"].clone()
    };
    assert_eq!(email(&app).await, AMARA);
}

#[tokio::test]
async fn up_to_200_groups_are_listed_and_more_are_pointed_at() {
    let listed = token(groups(200)).await;
    assert_eq!(listed["groups"].as_array().unwrap().len(), 200);
    assert!(listed.get("_claim_names").is_none());
    let pointed = token(groups(201)).await;
    assert!(pointed.get("groups").is_none());
    assert_eq!(pointed["_claim_names"], json!({ "groups": "src1" }));
    let endpoint = pointed["_claim_sources"]["src1"]["endpoint"].as_str().unwrap();
    assert!(endpoint.ends_with("/users/0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821/getMemberObjects"), "{endpoint}");
}
