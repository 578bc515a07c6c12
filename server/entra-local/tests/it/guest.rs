//! A person of one tenant who is a guest in another.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entra_local::Scenario;
use reqwest::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Browser, CONTOSO, DARIO, FABRIKAM, claims, demo, serve};

const GUEST_OID: Uuid = Uuid::from_u128(0x600d);

/// Dario of Fabrikam is a guest at Contoso, as a Viewer.
fn with_guest() -> Scenario {
    let mut scenario = Scenario::demo();
    let member = scenario.accounts.iter().find(|account| account.username == DARIO).unwrap();
    let mut guest = member.clone();
    guest.guest = Some(member.home());
    guest.tenant = CONTOSO.parse().unwrap();
    guest.oid = GUEST_OID;
    guest.roles = vec!["Viewer".to_owned()];
    scenario.accounts.push(guest);
    scenario
}

fn home_of(body: &Value) -> Value {
    let encoded = body["client_info"].as_str().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}

#[tokio::test]
async fn a_guest_signs_in_at_the_named_tenant_and_at_home_elsewhere() {
    let (_running, app) = serve(with_guest()).await;
    let browser = Browser::new();
    let mut homes = Vec::new();
    for (authority, tenant, acct, role) in
        [(CONTOSO, CONTOSO, 1, "Viewer"), ("organizations", FABRIKAM, 0, "IncidentManager")]
    {
        let url = app.authorize_at(authority, &[("login_hint", DARIO)]);
        let mut page = browser.get(&url).await;
        if page.status == StatusCode::OK {
            page = browser.pick(&page, DARIO).await;
        }
        let (_, body) = app.redeem(&page.sent("code").unwrap(), &[("client_info", "1")]).await;
        let claims = claims(body["id_token"].as_str().unwrap());
        assert_eq!(claims["tid"], tenant);
        assert_eq!(claims["acct"], acct);
        assert_eq!(claims["roles"], serde_json::json!([role]));
        homes.push((home_of(&body), claims["sid"].clone(), claims["login_hint"].clone()));
    }
    assert_eq!(homes[0], homes[1]);
    assert_eq!(homes[0].0["utid"], FABRIKAM);
}

#[tokio::test]
async fn a_refresh_token_works_at_every_tenant_of_the_person() {
    let (_running, app) = serve(with_guest()).await;
    let code = app.code(&Browser::new(), DARIO).await;
    let (_, body) = app.redeem(&code, &[]).await;
    let token = body["refresh_token"].as_str().unwrap();
    let (status, body) = app.refresh(CONTOSO, token, &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(claims(body["id_token"].as_str().unwrap())["oid"], GUEST_OID.to_string());
}

#[tokio::test]
async fn a_refresh_token_does_not_work_where_the_person_is_no_guest() {
    let (_running, app) = demo().await;
    let code = app.code(&Browser::new(), DARIO).await;
    let (_, body) = app.redeem(&code, &[]).await;
    let token = body["refresh_token"].as_str().unwrap();
    let (status, body) = app.refresh(CONTOSO, token, &[]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error_codes"], serde_json::json!([50_020]));
}
