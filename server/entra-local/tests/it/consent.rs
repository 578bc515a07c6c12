//! Consent: asked for by `prompt`, or once per person if the application says so.

use entra_local::{Answer, Consent, Scenario};

use crate::support::{AMARA, Browser, demo, serve};

fn asking() -> Scenario {
    let mut scenario = Scenario::demo();
    scenario.apps[0].consent = Consent::AskOnce;
    scenario
}

#[tokio::test]
async fn an_application_may_ask_each_person_once() {
    let (_running, app) = serve(asking()).await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let page = browser.pick(&picker, AMARA).await;
    assert!(page.text.contains("Permissions requested") && page.text.contains("<li>email</li>"));
    let answer = browser.answer(&page, "action", "accept").await;
    assert!(answer.sent("code").is_some());
    let again = browser.get(&app.authorize(&[("prompt", "none")])).await;
    assert!(again.sent("code").is_some());
}

#[tokio::test]
async fn declining_tells_the_application_and_is_not_remembered() {
    let (running, app) = serve(asking()).await;
    let browser = Browser::new();
    let control = running.entra().control();
    control.answer_next(Answer::SignInAs(AMARA.to_owned()));
    control.answer_next(Answer::Cancel);
    let page = browser.get(&app.authorize(&[])).await;
    page.assert_sent_error("access_denied", 65_004);
    // Nobody is signed in by declining.
    let silent = browser.get(&app.authorize(&[("prompt", "none")])).await;
    silent.assert_sent_error("login_required", 50_058);
}

#[tokio::test]
async fn a_silent_request_without_consent_is_told_so() {
    let mut scenario = asking();
    let mut other = scenario.apps[0].clone();
    other.client_id = uuid::Uuid::from_u128(78);
    other.consent = Consent::Granted;
    scenario.apps.insert(0, other);
    let asking_id = scenario.apps[1].client_id.to_string();
    let (_running, app) = serve(scenario).await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    let changes = [("prompt", "none"), ("client_id", asking_id.as_str())];
    let page = browser.get(&app.authorize(&changes)).await;
    page.assert_sent_error("consent_required", 65_001);
}

#[tokio::test]
async fn prompt_consent_always_asks() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    for _ in 0..2 {
        let page = browser.get(&app.authorize(&[("prompt", "consent")])).await;
        assert!(page.text.contains("Permissions requested"));
        let answer = browser.answer(&page, "action", "accept").await;
        assert!(answer.sent("code").is_some());
    }
}
