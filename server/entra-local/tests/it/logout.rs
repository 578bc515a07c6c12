//! Sign-out.

use entra_local::Scenario;
use reqwest::StatusCode;
use url::Url;
use uuid::Uuid;

use crate::support::{AMARA, App, Browser, ISHAAN, Page, button_value, claims, demo, hidden_value, serve};

fn logout(app: &App, parameters: &[(&str, &str)]) -> Url {
    let mut url = app.at("/organizations/oauth2/v2.0/logout");
    url.query_pairs_mut().extend_pairs(parameters);
    url
}

const SIGNED_OUT: (&str, &str) = ("post_logout_redirect_uri", "http://localhost:3000/signed-out");

async fn is_signed_in(app: &App, browser: &Browser, username: &str) -> bool {
    let changes = [("prompt", "none"), ("login_hint", username)];
    browser.get(&app.authorize(&changes)).await.sent("code").is_some()
}

async fn hint(app: &App, browser: &Browser, username: &str) -> String {
    let code = app.code(browser, username).await;
    let (_, body) = app.redeem(&code, &[]).await;
    claims(body["id_token"].as_str().unwrap())["login_hint"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_account_is_signed_out_without_asking() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    let page = browser.get(&logout(&app, &[SIGNED_OUT, ("state", "a b")])).await;
    assert_eq!(page.location().as_str(), "http://localhost:3000/signed-out?state=a+b");
    assert!(!is_signed_in(&app, &browser, AMARA).await);
}

#[tokio::test]
async fn a_hint_signs_that_account_out_and_leaves_the_others() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let hint = hint(&app, &browser, AMARA).await;
    app.code(&browser, ISHAAN).await;
    let form = [SIGNED_OUT, ("logout_hint", hint.as_str())];
    let page = browser.post(&logout(&app, &[]), &form).await;
    assert_eq!(page.location().as_str(), "http://localhost:3000/signed-out");
    assert!(!is_signed_in(&app, &browser, AMARA).await);
    assert!(is_signed_in(&app, &browser, ISHAAN).await);
}

async fn asked(app: &App, browser: &Browser) -> Page {
    app.code(browser, AMARA).await;
    app.code(browser, ISHAAN).await;
    let page = browser.get(&logout(app, &[SIGNED_OUT])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Which account do you want to sign out of?"));
    page
}

#[tokio::test]
async fn of_several_accounts_the_person_chooses_one() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let page = asked(&app, &browser).await;
    let choice = hidden_value(&page.text, "choice");
    let account = button_value(&page.text, AMARA);
    let form = [("choice", choice.as_str()), ("account", account.as_str())];
    let done = browser.post(&app.at("/common/logout"), &form).await;
    assert_eq!(done.location().as_str(), "http://localhost:3000/signed-out");
    assert!(!is_signed_in(&app, &browser, AMARA).await);
    assert!(is_signed_in(&app, &browser, ISHAAN).await);
    browser.post(&app.at("/common/logout"), &form).await.assert_refused(165_000);
}

#[tokio::test]
async fn of_several_accounts_the_person_chooses_all() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let page = asked(&app, &browser).await;
    let choice = hidden_value(&page.text, "choice");
    let form = [("choice", choice.as_str()), ("action", "all")];
    let done = browser.post(&app.at("/common/logout"), &form).await;
    assert_eq!(done.status, StatusCode::FOUND);
    assert!(!is_signed_in(&app, &browser, AMARA).await);
    assert!(!is_signed_in(&app, &browser, ISHAAN).await);
}

#[tokio::test]
async fn the_form_is_good_at_its_own_browser_only() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let page = asked(&app, &browser).await;
    let choice = hidden_value(&page.text, "choice");
    for known in [choice.as_str(), "guessed"] {
        let form = [("choice", known), ("action", "all")];
        let stranger = Browser::new();
        let answer = stranger.post(&app.at("/common/logout"), &form).await;
        answer.assert_refused(165_000);
    }
    assert!(is_signed_in(&app, &browser, AMARA).await);
}

#[tokio::test]
async fn an_unregistered_address_is_not_gone_to() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    for uri in ["http://localhost:3000/", "http://localhost:3000/signed-out/", "http://attacker.example/signed-out", ""]
    {
        app.code(&browser, AMARA).await;
        let page = browser.get(&logout(&app, &[("post_logout_redirect_uri", uri)])).await;
        assert_eq!(page.status, StatusCode::OK, "{uri}");
        assert!(page.text.contains("You signed out of your account"));
        assert!(!is_signed_in(&app, &browser, AMARA).await);
    }
}

#[tokio::test]
async fn every_redirect_uri_is_an_address_to_go_to() {
    let (_running, app) = demo().await;
    for uri in &app.registration.redirect_uris {
        let page = Browser::new().get(&logout(&app, &[("post_logout_redirect_uri", uri.as_str())])).await;
        assert_eq!(page.location(), *uri);
    }
}

#[tokio::test]
async fn an_address_of_another_application_is_not_gone_to() {
    let mut scenario = Scenario::demo();
    let mut other = scenario.apps[0].clone();
    other.client_id = Uuid::from_u128(80);
    other.redirect_uris = vec!["http://localhost:4000/callback".parse().unwrap()];
    scenario.apps.push(other.clone());
    let (_running, app) = serve(scenario).await;
    let status = async |client_id: String| {
        let url = logout(&app, &[SIGNED_OUT, ("client_id", &client_id)]);
        Browser::new().get(&url).await.status
    };
    assert_eq!(status(other.client_id.to_string()).await, StatusCode::OK);
    assert_eq!(status(app.client_id()).await, StatusCode::FOUND);
}
