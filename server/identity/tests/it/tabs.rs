//! Many tabs of one browser that sign in at once, as a restart restores them.

use std::sync::Arc;

use http::StatusCode;
use identity::EndReason;
use serde_json::json;

use crate::support::{AMARA, Browser, Entra, LOCAL, NURI, Provider, Site};

#[tokio::test]
async fn twenty_tabs_at_once_all_arrive() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Arc::new(Browser::new(&site));
    let tabs = (0..20).map(|number| {
        entra.next_person(AMARA);
        let browser = Arc::clone(&browser);
        tokio::spawn(async move {
            let reply = browser.sign_in(&format!("/auth/sign-in?return_to=/tab/{number}")).await;
            (reply.status, reply.location())
        })
    });
    let arrived = futures::future::join_all(tabs).await;
    for (number, tab) in arrived.into_iter().enumerate() {
        assert_eq!(tab.unwrap(), (StatusCode::SEE_OTHER, format!("/tab/{number}")));
    }
    assert!(browser.who_am_i().await.starts_with("Amara"));
}

#[tokio::test]
async fn twenty_callbacks_in_a_row_all_arrive_and_keep_the_first_session() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    // All twenty have begun before the first comes back.
    let mut callbacks = Vec::new();
    for number in 0..20 {
        entra.next_person(AMARA);
        callbacks.push(browser.until_callback(&format!("/auth/sign-in?return_to=/tab/{number}")).await);
    }
    let mut sessions = Vec::new();
    for (number, callback) in callbacks.iter().enumerate() {
        let reply = browser.get(callback).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, format!("/tab/{number}")));
        sessions.push(browser.cookies()["session"].clone());
    }
    sessions.dedup();
    assert_eq!(sessions.len(), 1, "no tab pulls the session from under another");
    // Nor are twenty at once a browser that goes round in circles.
    assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::FOUND);
    for callback in &callbacks {
        assert_eq!(browser.get(callback).await.status, StatusCode::BAD_REQUEST, "each is good for once");
    }
}

#[tokio::test]
async fn another_person_in_another_tab_gets_a_session_of_their_own() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let one = browser.until_callback("/auth/sign-in").await;
    entra.next_person(NURI);
    let two = browser.until_callback("/auth/sign-in?prompt=select_account").await;
    browser.get(&one).await;
    let amaras = browser.cookies()["session"].clone();
    browser.get(&two).await;
    assert!(browser.who_am_i().await.starts_with("Nuri"));
    assert_ne!(browser.cookies()["session"], amaras);
    let left = Browser::new(&site);
    left.set_cookie("session", &amaras);
    assert_eq!(left.who_am_i().await, "nobody");
}

#[tokio::test]
async fn a_tab_of_another_session_at_the_provider_gets_the_session_that_can_be_ended_with_it() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let mut sessions = Vec::new();
    for callback in [browser.until_callback("/auth/sign-in").await, browser.until_callback("/auth/sign-in").await] {
        provider.next_person("amara", Some(&format!("s{}", sessions.len())));
        assert_eq!(browser.get(&callback).await.status, StatusCode::SEE_OTHER);
        sessions.push(browser.cookies()["session"].clone());
    }
    assert_ne!(sessions[0], sessions[1]);
    let left = Browser::new(&site);
    left.set_cookie("session", &sessions[0]);
    assert_eq!(left.who_am_i().await, "nobody");
}

#[tokio::test]
async fn a_tab_that_brings_another_person_or_other_claims_gets_a_session_that_has_them() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let person = json!({ "sub": "amara", "name": "Amara", "roles": ["Viewer"], "sid": "s", "login_hint": "h" });
    for (claim, value) in
        [("sub", json!("nuri")), ("name", json!("Amara N.")), ("roles", json!([])), ("login_hint", json!("other"))]
    {
        let browser = Browser::new(&site);
        let (one, two) = (browser.until_callback("/auth/sign-in").await, browser.until_callback("/auth/sign-in").await);
        provider.next_claims(person.clone());
        browser.get(&one).await;
        let first = browser.cookies()["session"].clone();
        let mut changed = person.clone();
        changed[claim] = value;
        provider.next_claims(changed);
        assert_eq!(browser.get(&two).await.status, StatusCode::SEE_OTHER);
        assert_ne!(browser.cookies()["session"], first, "{claim}");
        let left = Browser::new(&site);
        left.set_cookie("session", &first);
        assert_eq!(left.who_am_i().await, "nobody", "{claim}");
    }
}

#[tokio::test]
async fn a_sign_in_that_began_in_a_session_replaces_it_though_nothing_has_changed() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = Browser::new(&site);
    provider.next_person("amara", Some("s"));
    browser.sign_in("/auth/sign-in").await;
    let first = browser.cookies()["session"].clone();
    browser.sign_in("/auth/sign-in").await;
    assert_ne!(browser.cookies()["session"], first);
    let left = Browser::new(&site);
    left.set_cookie("session", &first);
    assert_eq!(left.who_am_i().await, "nobody", "whoever has the old id has nothing");
    assert!(!left.cookies().contains_key("session-out"), "and nobody has signed out");
    let reasons: Vec<_> = site.events.ended.lock().unwrap().iter().map(|ended| ended.reason).collect();
    assert_eq!(reasons, [EndReason::Replaced]);
}
