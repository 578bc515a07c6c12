//! External ID and personal accounts.

use entra_local::{Answer, Audience, Scenario};
use serde_json::json;

use crate::support::{App, Browser, Page, claims, customers, serve};

const PROSEWARE: &str = "d5e3f0b1-8c26-4a74-9b2f-3eadf1c80469";
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const INES: &str = "ines@customers.example";
const PAT: &str = "pat@personal.example";

async fn id_token(app: &App, tenant: &str, page: &Page) -> serde_json::Value {
    let (_, body) = app.redeem_at(tenant, &page.sent("code").unwrap(), &[]).await;
    claims(body["id_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_customer_of_external_id_signs_in_at_the_tenant_only() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize_at("proseware.example", &[])).await;
    let token = id_token(&app, PROSEWARE, &browser.pick(&picker, INES).await).await;
    assert_eq!(token["iss"], app.at(&format!("/{PROSEWARE}/v2.0")).as_str());
    assert_eq!((&token["tid"], &token["ver"]), (&json!(PROSEWARE), &json!("2.0")));
    for authority in ["organizations", "common"] {
        let page = Browser::new().get(&app.authorize_at(authority, &[])).await;
        assert!(!page.text.contains(INES) && !page.text.contains("Create one"), "{authority}");
    }
}

#[tokio::test]
async fn a_customer_may_sign_up_at_external_id() {
    let (running, app) = customers().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize_at(PROSEWARE, &[])).await;
    let page = browser.answer(&picker, "action", "sign-up").await;
    assert!(page.text.contains("Create account"));
    let page = browser.answer(&page, "action", "create").await;
    assert!(page.text.contains("Fill in every field"));
    let sign_up = serde_json::from_value(json!({
        "sign_up": { "email": "new@customers.example", "given_name": "A", "family_name": "B", "display_name": "A B" }
    }));
    running.entra().control().answer_next(sign_up.unwrap());
    let page = browser.get(&app.authorize_at(PROSEWARE, &[])).await;
    let token = id_token(&app, PROSEWARE, &page).await;
    assert_eq!((&token["name"], &token["email"]), (&json!("A B"), &json!("new@customers.example")));
}

#[tokio::test]
async fn an_organisation_takes_no_sign_ups() {
    let (_running, app) = crate::support::demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize_at("contoso.example", &[])).await;
    let page = browser.answer(&picker, "action", "sign-up").await;
    assert!(page.text.contains("Use another account") && !page.text.contains("Create account"));
}

#[tokio::test]
async fn personal_accounts_sign_in_at_consumers_and_common() {
    let (running, app) = customers().await;
    let (_, document) = app.json("/consumers/v2.0/.well-known/openid-configuration").await;
    assert_eq!(document["issuer"], app.at(&format!("/{PERSONAL}/v2.0")).as_str());
    assert_eq!(document["token_endpoint"], app.at("/consumers/oauth2/v2.0/token").as_str());
    for authority in ["consumers", "common", PERSONAL] {
        running.entra().control().answer_next(Answer::SignInAs(PAT.to_owned()));
        let page = Browser::new().get(&app.authorize_at(authority, &[])).await;
        assert_eq!(id_token(&app, authority, &page).await["tid"], PERSONAL);
    }
    let page = Browser::new().get(&app.authorize(&[])).await;
    assert!(!page.text.contains(PAT));
}

#[tokio::test]
async fn an_application_for_personal_accounts_is_for_those_alone() {
    let mut scenario = Scenario::customers();
    scenario.apps[0].audience = Audience::Consumers;
    let (_running, app) = serve(scenario).await;
    assert!(Browser::new().get(&app.authorize_at("consumers", &[])).await.text.contains(PAT));
    Browser::new().get(&app.authorize_at("organizations", &[])).await.assert_refused(700_016);
}
