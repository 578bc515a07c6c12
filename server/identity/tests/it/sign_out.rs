//! The way out: here first, then at the authority.

use http::{Method, StatusCode};
use identity::EndReason;
use url::Url;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

#[tokio::test]
async fn signs_out_here_and_at_the_authority() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    let cookie = browser.cookies()["session"].clone();
    let hint = site.events.signed_in.lock().unwrap()[0].login_hint.clone();

    let reply = browser.post("/auth/sign-out").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let target = Url::parse(&reply.location()).unwrap();
    assert_eq!(target.path(), "/7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4/oauth2/v2.0/logout", "the person's own tenant");
    let parameter =
        |name: &str| target.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
    assert_eq!(parameter("post_logout_redirect_uri").as_deref(), Some("http://localhost:3000/signed-out"));
    assert_eq!(parameter("logout_hint"), hint);
    assert_eq!(parameter("client_id").map(|id| id.len()), Some(36));
    assert!(!browser.cookies().contains_key("session"));
    assert_eq!(site.events.signed_out.lock().unwrap().len(), 1);
    let ended: Vec<_> = site.events.ended.lock().unwrap().iter().map(|ended| ended.reason).collect();
    assert_eq!(ended, [EndReason::SignedOut]);

    let thief = Browser::new(&site);
    thief.set_cookie("session", &cookie);
    assert_eq!(thief.who_am_i().await, "nobody", "a kept cookie is dead");

    let back = browser.get(target.as_str()).await;
    assert!(back.status.is_redirection(), "{}", back.body);
    assert_eq!(back.location(), "http://localhost:3000/signed-out");
}

#[tokio::test]
async fn the_next_sign_in_asks_which_account_and_the_one_after_does_not() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    browser.post("/auth/sign-out").await;

    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    assert_eq!(entra.control().last_authorize().unwrap().get("prompt"), Some("select_account"));
    browser.sign_in("/auth/sign-in").await;
    assert!(!entra.control().last_authorize().unwrap().has("prompt"));
}

#[tokio::test]
async fn a_get_asks_first() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    let question = browser.get("/auth/sign-out").await;
    assert_eq!((question.status, &question.headers["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    assert!(question.body.contains("<form method=\"post\" action=\"/auth/sign-out\">"), "{}", question.body);
    assert!(question.body.contains("href=\"/incidents\""), "and a way back");
    assert!(browser.who_am_i().await.starts_with("Amara"));
    browser.post("/auth/sign-out").await;
    let told = browser.get("/auth/sign-out").await;
    assert_eq!((told.status, told.location().as_str()), (StatusCode::SEE_OTHER, "/signed-out"));
}

#[tokio::test]
async fn a_get_that_is_no_page_does_nothing() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    for (method, mode) in [(Method::GET, "cors"), (Method::GET, "no-cors"), (Method::HEAD, "navigate")] {
        let reply = browser.send(method, "/auth/sign-out", &[("sec-fetch-mode", mode)]).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert!(browser.who_am_i().await.starts_with("Amara"));
}

#[tokio::test]
async fn without_a_session_it_only_shows_the_page() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let reply = Browser::new(&site).post("/auth/sign-out").await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/signed-out"));
    assert!(site.events.signed_out.lock().unwrap().is_empty());
}
