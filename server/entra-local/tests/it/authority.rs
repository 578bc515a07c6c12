//! Which accounts and which applications belong to which authority.

use entra_local::{Audience, Scenario, Tenant, TenantKind};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{AMARA, App, Browser, CONTOSO, FABRIKAM, claims, demo, serve};

const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const ROBIN: &str = "robin@personal.example";

/// Robin has a personal account.
fn with_personal_account(audience: Audience) -> Scenario {
    let mut scenario = Scenario::demo();
    let id = PERSONAL.parse().unwrap();
    let (name, domain) = ("Personal accounts".to_owned(), "personal.example".to_owned());
    scenario.tenants.push(Tenant { id, name, domain, kind: TenantKind::Workforce, b2c: None });
    let mut robin = scenario.accounts[0].clone();
    (robin.tenant, robin.username, robin.roles) = (id, ROBIN.to_owned(), Vec::new());
    scenario.accounts.push(robin);
    scenario.apps[0].audience = audience;
    scenario
}

/// The code of a sign-in at `tenant`, by the picker.
async fn code_at(app: &App, tenant: &str, username: &str) -> String {
    let browser = Browser::new();
    let picker = browser.get(&app.authorize_at(tenant, &[])).await;
    browser.pick(&picker, username).await.sent("code").unwrap()
}

/// Asserts that the account is neither listed at `tenant` nor let in when it is typed.
async fn assert_kept_out(app: &App, tenant: &str, username: &str) {
    let browser = Browser::new();
    let picker = browser.get(&app.authorize_at(tenant, &[])).await;
    assert!(picker.text.contains(r#"<button name="account""#) && !picker.text.contains(username));
    browser.answer(&picker, "username", username).await.assert_refused(50_020);
}

#[tokio::test]
async fn accounts_of_every_organisation_sign_in_through_common() {
    let (running, app) = demo().await;
    let code = code_at(&app, "common", AMARA).await;
    let (status, body) = app.redeem_at("common", &code, &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let claims = claims(body["id_token"].as_str().unwrap());
    assert_eq!(claims["tid"], CONTOSO);
    assert_eq!(claims["iss"], format!("{}{CONTOSO}/v2.0", running.base_url));
}

#[tokio::test]
async fn personal_accounts_sign_in_at_common_and_consumers_but_not_at_organizations() {
    let (_running, app) = serve(with_personal_account(Audience::Common)).await;
    for tenant in ["common", "consumers"] {
        let code = code_at(&app, tenant, ROBIN).await;
        let (_, body) = app.redeem_at("organizations", &code, &[]).await;
        assert_eq!(body["error_codes"], json!([700_005]), "{tenant}");
        let (status, body) = app.redeem_at(tenant, &code, &[]).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(claims(body["id_token"].as_str().unwrap())["tid"], PERSONAL);
    }
    assert_kept_out(&app, "organizations", ROBIN).await;
    assert_kept_out(&app, "consumers", AMARA).await;
}

#[tokio::test]
async fn an_application_for_organizations_keeps_personal_accounts_out_at_common() {
    let (_running, app) = serve(with_personal_account(Audience::Organizations)).await;
    assert_kept_out(&app, "common", ROBIN).await;
}

#[tokio::test]
async fn the_token_endpoint_too_belongs_to_an_authority() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].audience = Audience::Single(CONTOSO.parse().unwrap());
    let (_running, single) = serve(scenario).await;
    let (_other, several) = demo().await;
    for (app, tenant, error, number) in [
        (&single, "organizations", "invalid_request", 50_194),
        (&single, "common", "invalid_request", 50_194),
        (&single, FABRIKAM, "unauthorized_client", 700_016),
        (&several, "consumers", "unauthorized_client", 700_016),
        (&single, CONTOSO, "invalid_grant", 70_000),
        (&several, "organizations", "invalid_grant", 70_000),
    ] {
        let (status, body) = app.redeem_at(tenant, "a code", &[]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!((&body["error"], &body["error_codes"]), (&json!(error), &json!([number])), "{tenant}");
    }
}
