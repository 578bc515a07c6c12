//! What a failed sign-in looks like to a program, and what an authority's claims challenge leads to.

use entra_local::{Answer, Endpoint, Failure};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::{Position, Url};

use crate::support::{AMARA, Browser, DARIO, Entra, FABRIKAM, LOCAL, Site};

/// A callback that says something else than the authority said.
fn answered(callback: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = Url::parse(callback).unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    url.query_pairs_mut().clear().append_pair("state", &state).extend_pairs(parameters);
    url.into()
}

async fn begun(entra: &Entra, browser: &Browser) -> String {
    entra.next_person(AMARA);
    browser.until_callback("/auth/sign-in?prompt=select_account&return_to=/x").await
}

#[tokio::test]
async fn a_script_is_told_where_to_send_the_person() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let reply = browser.send(Method::GET, "/auth/sign-in?return_to=/x", &[("sec-fetch-mode", "cors")]).await;
    assert_eq!(
        (reply.status, &reply.headers["content-type"]),
        (StatusCode::UNAUTHORIZED, &"application/json".parse().unwrap())
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(body["error"], "interaction_required");
    assert_eq!(body["sign_in"], "/auth/sign-in?return_to=%2Fx");
    assert_eq!(body["reference"].as_str().unwrap().len(), 10);
    assert!(browser.cookies().is_empty());
}

#[tokio::test]
async fn each_kind_of_failure_has_one_word_and_status_for_programs() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    for (error, number, status, word) in [
        ("interaction_required", 50_076, StatusCode::UNAUTHORIZED, "interaction_required"),
        ("invalid_grant", 65_001, StatusCode::UNAUTHORIZED, "interaction_required"),
        ("invalid_grant", 700_082, StatusCode::UNAUTHORIZED, "session_expired"),
        ("access_denied", 65_004, StatusCode::UNAUTHORIZED, "user_cancelled"),
        ("invalid_grant", 53_003, StatusCode::FORBIDDEN, "policy_block"),
        ("invalid_request", 50_020, StatusCode::FORBIDDEN, "tenant_not_allowed"),
        ("invalid_client", 7_000_222, StatusCode::INTERNAL_SERVER_ERROR, "configuration_error"),
        ("temporarily_unavailable", 90_055, StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        ("server_error", 90_033, StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        ("invalid_grant", 54_005, StatusCode::BAD_REQUEST, "invalid_callback"),
    ] {
        entra.control().fail_next(Endpoint::Token, Failure::sts(StatusCode::BAD_REQUEST, error, number));
        let callback = begun(&entra, &browser).await;
        let reply = browser.send(Method::GET, &callback, &[("sec-fetch-mode", "cors")]).await;
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!((reply.status, &body["error"]), (status, &json!(word)), "{number}");
        assert!(body["sign_in"].as_str().unwrap().starts_with("/auth/sign-in?return_to=%2Fx"), "{body}");
        assert_eq!(reply.headers.contains_key("retry-after"), status == StatusCode::SERVICE_UNAVAILABLE);
        assert!(!reply.body.contains("AADSTS"), "{body}");
    }
}

#[tokio::test]
async fn a_claims_challenge_is_passed_on_once() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let claims = json!({ "access_token": { "acrs": { "essential": true, "value": "c1" } } }).to_string();
    let challenge = [("error", "interaction_required"), ("claims", claims.as_str())];
    let callback = begun(&entra, &browser).await;
    let onwards = browser.get(&answered(&callback, &challenge)).await;
    assert_eq!(onwards.status, StatusCode::FOUND, "{}", onwards.body);
    let url = Url::parse(&onwards.location()).unwrap();
    let passed_on = url.query_pairs().find(|(name, _)| name == "claims").unwrap().1;
    let passed_on: Value = serde_json::from_str(&passed_on).unwrap();
    assert_eq!(passed_on["access_token"]["acrs"]["value"], "c1", "{url}");
    assert_eq!(passed_on["access_token"]["xms_cc"]["values"], json!(["cp1"]), "together with what we can do");
    assert!(site.events.codes().is_empty());

    // The same answer to the second attempt, which asks for the account as the first one did, ends on a page.
    entra.next_person(AMARA);
    entra.control().answer_next(Answer::Approve);
    let second = browser.until_callback(url.as_str()).await;
    let reply = browser.get(&answered(&second, &challenge)).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.body.contains("One more step is needed") && !reply.body.contains("acrs"));
    assert_eq!(site.events.codes(), ["interaction_required"]);

    // And what is no challenge is not passed on at all.
    for odd in ["[1]", "{", ""] {
        let callback = begun(&entra, &browser).await;
        let reply = browser.get(&answered(&callback, &[("error", "interaction_required"), ("claims", odd)])).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{odd}");
    }
    let callback = begun(&entra, &browser).await;
    let rule = [("error", "invalid_grant"), ("suberror", "protection_policy_required"), ("claims", &claims)];
    let reply = browser.get(&answered(&callback, &rule)).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "no sign-in changes what a rule says about the device");
}

#[tokio::test]
async fn a_challenge_is_met_at_the_tenant_that_made_it() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    let callback = browser.until_callback(&format!("/auth/sign-in?tenant={FABRIKAM}")).await;
    let challenge = [("error", "interaction_required"), ("claims", "{\"a\":1}")];
    let onwards = Url::parse(&browser.get(&answered(&callback, &challenge)).await.location()).unwrap();
    assert_eq!(onwards.path(), format!("/{FABRIKAM}/oauth2/v2.0/authorize"));
}

#[tokio::test]
async fn a_claims_challenge_is_for_the_same_account() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let challenge = [("error", "interaction_required"), ("claims", "{\"access_token\":{}}")];
    let hint = ("login_hint".to_owned(), AMARA.to_owned());
    let domain = ("domain_hint".to_owned(), "contoso.example".to_owned());
    let choose = ("prompt".to_owned(), "select_account".to_owned());
    for (prompt, passed_on) in [
        ("", vec![domain.clone(), hint.clone()]),
        // The password has been asked for; which account it is for has only been asked.
        ("&prompt=login", vec![domain.clone(), hint]),
        ("&prompt=select_account", vec![domain, choose]),
    ] {
        let hints = "login_hint=amara%40contoso.example&domain_hint=contoso.example";
        let leaving = browser.get(&format!("/auth/sign-in?{hints}{prompt}")).await.location();
        let mut callback = Url::parse(&answered(&leaving, &challenge)).unwrap();
        callback.set_path("/auth/callback");
        let onwards = browser.get(&callback[Position::BeforePath..]).await;
        let url = Url::parse(&onwards.location()).unwrap();
        let told = |name: &str| name == "prompt" || name.ends_with("_hint");
        let mut sent: Vec<_> = url.query_pairs().into_owned().filter(|(name, _)| told(name)).collect();
        sent.sort();
        assert_eq!(sent, passed_on, "{prompt}");
    }
}
