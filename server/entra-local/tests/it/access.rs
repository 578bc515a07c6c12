//! Conditional access: at sign-in, silently, and at a refresh.

use entra_local::{Access, Answer, Scenario};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{AMARA, Browser, ISHAAN, demo, serve};

const SILENT: [(&str, &str); 1] = [("prompt", "none")];

#[tokio::test]
async fn a_second_factor_is_asked_for_once_in_a_session() {
    let mut scenario = Scenario::demo();
    scenario.accounts[0].access = Access::Mfa;
    let (_running, app) = serve(scenario).await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let page = browser.pick(&picker, AMARA).await;
    assert!(page.text.contains("Approve sign-in request"));
    assert!(browser.answer(&page, "action", "approve").await.sent("code").is_some());
    assert!(browser.get(&app.authorize(&SILENT)).await.sent("code").is_some());
}

#[tokio::test]
async fn a_step_up_that_has_no_page_is_a_claims_challenge() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let browser = Browser::new();
    let (_, tokens) = app.redeem(&app.code(&browser, AMARA).await, &[]).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    for (access, code) in [(Access::Mfa, 50_076), (Access::Enrolment, 50_079)] {
        control.set_access(&AMARA.to_uppercase(), access);
        let page = browser.get(&app.authorize(&SILENT)).await;
        page.assert_sent_error("interaction_required", code);
        assert_eq!(page.sent("suberror").as_deref(), Some("basic_action"));
        let claims: serde_json::Value = serde_json::from_str(&page.sent("claims").unwrap()).unwrap();
        assert_eq!(claims["access_token"]["capolids"]["essential"], true);
        let (status, body) = app.refresh("organizations", refresh_token, &[]).await;
        assert_eq!((status, &body["error"]), (StatusCode::BAD_REQUEST, &json!("interaction_required")));
        assert_eq!(body["error_codes"], json!([code]));
        assert_eq!(body["claims"], claims.to_string());
    }
    // The second factor at a page is good for the refresh tokens that follow.
    control.answer_next(Answer::Approve);
    let code = browser.get(&app.authorize(&[])).await.sent("code").unwrap();
    let (_, tokens) = app.redeem(&code, &[]).await;
    let (status, _) = app.refresh("organizations", tokens["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_blocked_person_gets_nowhere() {
    let (running, app) = demo().await;
    let browser = Browser::new();
    let (_, tokens) = app.redeem(&app.code(&browser, AMARA).await, &[]).await;
    running.entra().control().set_access(AMARA, Access::Blocked);
    browser.get(&app.authorize(&[])).await.assert_refused(53_003);
    browser.get(&app.authorize(&SILENT)).await.assert_sent_error("interaction_required", 53_003);
    let (_, body) = app.refresh("organizations", tokens["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!((&body["error"], &body["suberror"]), (&json!("invalid_grant"), &json!("message_only")));
    assert_eq!(body["error_codes"], json!([53_003]));
    assert!(body.get("claims").is_none());
    assert!(!app.code(&Browser::new(), ISHAAN).await.is_empty());
}

#[tokio::test]
async fn an_application_may_insist_on_assignment() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].assignment_required = true;
    let (_running, app) = serve(scenario).await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    browser.pick(&picker, "nuri@contoso.example").await.assert_refused(50_105);
    assert!(!app.code(&browser, AMARA).await.is_empty());
}
