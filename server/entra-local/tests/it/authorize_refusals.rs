//! Authorization requests that are refused: on a page while the redirect URI is in doubt, at the application after that.

use entra_local::{Audience, Scenario};

use crate::support::{Browser, CONTOSO, FABRIKAM, demo, serve};

#[tokio::test]
async fn a_doubtful_request_never_leads_to_a_redirect() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let unregistered = [
        "http://localhost:3000/auth/callback/",
        "http://localhost:3000/auth/callback?next=1",
        "http://localhost:3001/auth/callback",
        "https://localhost:3000/auth/callback",
        "http://attacker.example/auth/callback",
        "javascript:alert(1)",
    ];
    for uri in unregistered {
        let page = browser.get(&app.authorize(&[("redirect_uri", uri)])).await;
        page.assert_refused(50_011);
    }
    let others = [
        (("redirect_uri", ""), 900_144),
        (("client_id", ""), 900_144),
        (("client_id", "not a guid"), 700_016),
        (("client_id", "00000000-0000-0000-0000-000000000001"), 700_016),
    ];
    for (change, code) in others {
        browser.get(&app.authorize(&[change])).await.assert_refused(code);
    }
    let nowhere = app.authorize_at("nowhere.example", &[]);
    browser.get(&nowhere).await.assert_refused(90_002);
    let mut twice = app.authorize(&[]);
    twice.query_pairs_mut().append_pair("redirect_uri", "http://attacker.example/");
    browser.get(&twice).await.assert_refused(9_000_411);
}

#[tokio::test]
async fn what_the_application_got_wrong_it_is_told() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let short = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c";
    let odd = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM";
    let cases = [
        (("response_type", ""), "invalid_request", 900_144),
        (("response_type", "id_token"), "unsupported_response_type", 700_054),
        (("response_mode", "fragment"), "invalid_request", 70_007),
        (("scope", ""), "invalid_request", 900_144),
        (("scope", "profile"), "invalid_scope", 70_011),
        (("scope", "openid api://nobody/Read"), "invalid_resource", 500_011),
        (("prompt", "whatever"), "invalid_request", 90_023),
        (("code_challenge", ""), "invalid_request", 9_002_325),
        (("code_challenge", short), "invalid_request", 501_491),
        (("code_challenge", odd), "invalid_request", 501_491),
        (("code_challenge_method", ""), "invalid_request", 50_149),
        (("code_challenge_method", "plain"), "invalid_request", 50_149),
    ];
    for (change, error, code) in cases {
        let page = browser.get(&app.authorize(&[change])).await;
        page.assert_sent_error(error, code);
    }
}

#[tokio::test]
async fn a_single_tenant_application_exists_in_its_tenant_only() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].audience = Audience::Single(CONTOSO.parse().unwrap());
    let (_running, app) = serve(scenario).await;
    let browser = Browser::new();
    let at = async |tenant| browser.get(&app.authorize_at(tenant, &[])).await;
    assert_eq!(at(CONTOSO).await.status, 200);
    at(FABRIKAM).await.assert_refused(700_016);
    at("organizations").await.assert_refused(50_194);
    at("common").await.assert_refused(50_194);
}

#[tokio::test]
async fn an_application_for_organizations_takes_no_personal_accounts() {
    let (_running, app) = demo().await;
    let page = Browser::new().get(&app.authorize_at("consumers", &[])).await;
    page.assert_refused(700_016);
}

#[tokio::test]
async fn the_callers_request_id_becomes_the_correlation_id() {
    let (_running, app) = demo().await;
    let id = "3f1c5a7e-0d42-4b8c-9e61-7a2b0c4d5e6f";
    let changes = [("prompt", "none"), ("client-request-id", id)];
    let page = Browser::new().get(&app.authorize(&changes)).await;
    let description = page.sent("error_description").unwrap();
    assert!(description.contains(&format!("Correlation ID: {id} ")), "{description}");
}
