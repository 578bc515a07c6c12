//! Administrators consent for their tenant.

use entra_local::{Answer, Consent, Scenario};
use reqwest::StatusCode;
use url::Url;

use crate::support::{AMARA, App, Browser, CONTOSO, ISHAAN, serve};

fn admin_only() -> Scenario {
    let mut scenario = Scenario::demo();
    scenario.apps[0].consent = Consent::AdminOnly;
    scenario.accounts[0].administrator = true;
    scenario
}

fn admin_consent(app: &App, tenant: &str) -> Url {
    let mut url = app.at(&format!("/{tenant}/v2.0/adminconsent"));
    let (client_id, redirect_uri) = (app.client_id(), app.redirect_uri());
    let fields = [
        ("client_id", client_id.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("state", "a state"),
        ("scope", "openid User.Read"),
    ];
    url.query_pairs_mut().extend_pairs(fields);
    url
}

#[tokio::test]
async fn nobody_gets_in_before_an_administrator_has_consented() {
    let (_running, app) = serve(admin_only()).await;
    let people = Browser::new();
    let picker = people.get(&app.authorize(&[])).await;
    people.pick(&picker, ISHAAN).await.assert_sent_error("access_denied", 90_094);
    let browser = Browser::new();
    let picker = browser.get(&admin_consent(&app, CONTOSO)).await;
    let page = browser.pick(&picker, AMARA).await;
    assert!(
        page.text.contains("everybody in <strong>Contoso Ltd</strong>") && page.text.contains("<li>User.Read</li>")
    );
    let answer = browser.answer(&page, "action", "accept").await;
    let sent = |name: &str| answer.sent(name).unwrap();
    assert_eq!((sent("admin_consent"), sent("tenant")), ("True".to_owned(), CONTOSO.to_owned()));
    assert_eq!((sent("state"), sent("scope")), ("a state".to_owned(), "openid User.Read".to_owned()));
    assert_eq!(answer.sent("code"), None);
    let again = browser.get(&app.authorize(&[("prompt", "none")])).await;
    assert!(again.sent("code").is_some(), "whoever consented is signed in");
    assert!(!app.code(&people, ISHAAN).await.is_empty());
    // One tenant's consent is not another's.
    let elsewhere = Browser::new();
    let picker = elsewhere.get(&app.authorize(&[])).await;
    elsewhere.pick(&picker, "linnea@fabrikam.example").await.assert_sent_error("access_denied", 90_094);
}

#[tokio::test]
async fn an_administrator_may_decline() {
    let (running, app) = serve(admin_only()).await;
    let control = running.entra().control();
    control.answer_next(Answer::SignInAs(AMARA.to_owned()));
    control.answer_next(Answer::Cancel);
    Browser::new().get(&admin_consent(&app, "organizations")).await.assert_sent_error("access_denied", 65_004);
}

#[tokio::test]
async fn others_are_told_and_may_change_the_account() {
    let (_running, app) = serve(admin_only()).await;
    let browser = Browser::new();
    let picker = browser.get(&admin_consent(&app, CONTOSO)).await;
    let page = browser.pick(&picker, ISHAAN).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Need admin approval") && !page.text.contains(r#"value="accept""#));
    // Accepting by hand does not help.
    let page = browser.answer(&page, "action", "accept").await;
    assert!(page.text.contains("Need admin approval"));
    let picker = browser.answer(&page, "action", "other").await;
    let page = browser.pick(&picker, AMARA).await;
    assert!(page.text.contains("Permissions for your organization"));
}

#[tokio::test]
async fn an_administrator_who_signs_in_is_asked_there() {
    let (_running, app) = serve(admin_only()).await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let page = browser.pick(&picker, AMARA).await;
    assert!(browser.answer(&page, "action", "accept").await.sent("code").is_some());
    assert!(!app.code(&Browser::new(), ISHAAN).await.is_empty());
}

#[tokio::test]
async fn a_foreign_address_gets_a_page() {
    let (_running, app) = serve(admin_only()).await;
    let mut url = app.at(&format!("/{CONTOSO}/v2.0/adminconsent"));
    url.query_pairs_mut()
        .append_pair("client_id", &app.client_id())
        .append_pair("redirect_uri", "http://elsewhere.example/");
    Browser::new().get(&url).await.assert_refused(50_011);
}
