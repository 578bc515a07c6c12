//! A browser that goes round between the site and the authority is stopped at a page.

use http::StatusCode;
use time::Duration;
use url::Url;

use crate::support::{AMARA, Browser, CONTOSO, Entra, LOCAL, Site};

/// Completes sign-ins one after the other, each without a click, as a site that forgets its sessions would have it.
async fn rounds(entra: &Entra, browser: &Browser, count: usize) {
    for n in 0..count {
        if n == 0 {
            entra.next_person(AMARA);
        }
        let reply = browser.sign_in("/auth/sign-in?return_to=/x").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "round {n}: {}", reply.body);
    }
}

#[tokio::test]
async fn after_five_rounds_in_a_minute_there_is_a_page_with_a_way_out() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    rounds(&entra, &browser, 5).await;
    let stopped = browser.get("/auth/sign-in?return_to=/x").await;
    assert_eq!(stopped.status, StatusCode::BAD_REQUEST);
    assert!(stopped.body.contains("Signing in keeps starting over"), "{}", stopped.body);
    assert!(stopped.body.contains("/auth/sign-in?return_to=%2Fx&amp;prompt=select_account"), "{}", stopped.body);
    // The page's link asks which account, so it is no round by itself; and the count begins anew.
    assert_eq!(browser.get("/auth/sign-in?return_to=/x&prompt=select_account").await.status, StatusCode::FOUND);
    rounds(&entra, &browser, 5).await;
    assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_minute_later_it_is_no_loop_any_more() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    rounds(&entra, &browser, 5).await;
    site.clock.advance(Duration::seconds(59));
    assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::BAD_REQUEST);
    rounds(&entra, &browser, 5).await;
    site.clock.advance(Duration::seconds(60));
    assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn sign_ins_that_are_only_begun_are_no_loop() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    for _ in 0..30 {
        assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::FOUND);
    }
    drop(entra);
}

#[tokio::test]
async fn what_an_authority_says_is_missing_is_a_part_of_the_round() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    for _ in 0..4 {
        let leaving: Url = browser.get("/auth/sign-in").await.location().parse().unwrap();
        let state = leaving.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let challenge = "error=interaction_required&claims=%7B%22access_token%22%3A%7B%7D%7D";
        let onwards = browser.get(&format!("/auth/callback?state={state}&{challenge}")).await;
        assert_eq!(browser.sign_in(&onwards.location()).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn whoever_asks_for_something_is_no_loop() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    rounds(&entra, &browser, 5).await;
    for asked in ["prompt=login", &format!("tenant={CONTOSO}")] {
        assert_eq!(browser.get(&format!("/auth/sign-in?{asked}")).await.status, StatusCode::FOUND, "{asked}");
    }
    assert_eq!(browser.get("/auth/sign-in").await.status, StatusCode::BAD_REQUEST);
}
