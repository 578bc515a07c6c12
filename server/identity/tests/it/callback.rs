//! Coming back: with somebody else's state, twice, with an error, too late.

use entra_local::{Answer, Endpoint, Failure};
use http::{Method, StatusCode};
use identity::{Authority, EntraTenant};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use time::Duration;
use url::Url;

use crate::support::{AMARA, Browser, DARIO, Entra, FABRIKAM, LOCAL, Site};

/// A callback address with one parameter changed (`Some`) or taken out (`None`).
fn with(callback: &str, name: &str, value: Option<&str>) -> String {
    let mut url = Url::parse(callback).unwrap();
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(found, _)| found != name).collect();
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.into()
}

/// A page that is an error, says nothing of the cause, and offers a way on.
fn assert_refused(reply: &crate::support::Reply, status: StatusCode) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(reply.body.contains("Reference: <code>") && reply.body.contains("Start again"));
    assert!(!reply.body.contains("AADSTS"));
    assert_eq!(reply.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_state_that_is_missing_unknown_or_used_ends_on_a_page() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;

    assert_refused(&browser.get(&with(&callback, "state", None)).await, StatusCode::BAD_REQUEST);
    assert_refused(&browser.get(&with(&callback, "state", Some(""))).await, StatusCode::BAD_REQUEST);
    assert_refused(&browser.get(&with(&callback, "state", Some("made-up"))).await, StatusCode::BAD_REQUEST);
    assert_refused(&browser.get(&format!("{callback}&state=made-up")).await, StatusCode::BAD_REQUEST);
    assert_refused(
        &browser.get("/auth/callback?error=access_denied&error_description=x").await,
        StatusCode::BAD_REQUEST,
    );
    let long = format!("/auth/callback?state={}", "x".repeat(9000));
    assert_refused(&browser.get(&long).await, StatusCode::BAD_REQUEST);
    assert_eq!(browser.who_am_i().await, "nobody");

    assert_eq!(browser.get(&callback).await.status, StatusCode::SEE_OTHER, "none of that used it up");
    let session = browser.cookies()["session"].clone();
    let again = browser.get(&callback).await;
    assert_refused(&again, StatusCode::BAD_REQUEST);
    assert!(again.body.contains(">Continue</a>"), "signed in all the same");
    assert_eq!(browser.cookies()["session"], session);
    assert!(browser.who_am_i().await.starts_with("Amara"));
    assert!(site.events.codes().is_empty(), "what belongs to no sign-in is not audited");
}

#[tokio::test]
async fn another_browser_cannot_use_a_state_and_does_not_use_it_up() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let (owner, other) = (Browser::new(&site), Browser::new(&site));
    entra.next_person(AMARA);
    let callback = owner.until_callback("/auth/sign-in").await;
    assert_refused(&other.get(&callback).await, StatusCode::BAD_REQUEST);

    // Nor with a cookie of the right name and another value.
    let name = owner.cookies().into_keys().find(|name| name.contains("-tx-")).unwrap();
    other.set_cookie(&name, "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_refused(&other.get(&callback).await, StatusCode::BAD_REQUEST);
    assert_eq!(other.who_am_i().await, "nobody");

    assert_eq!(owner.get(&callback).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_callbacks_at_once_make_one_session() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;
    let before = entra.control().requests(Endpoint::Token);
    let (one, two) = tokio::join!(browser.get(&callback), browser.get(&callback));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::BAD_REQUEST]);
    assert_eq!(entra.control().requests(Endpoint::Token) - before, 1, "the code is redeemed once");
}

#[tokio::test]
async fn fifteen_minutes_are_the_limit() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;
    // Even in a store that keeps the record for longer, as a restored backup might.
    let mut raw = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    let longer = "UPDATE entry SET expires_at = expires_at + 3600000";
    sqlx::query(longer).execute(&mut raw).await.unwrap();
    site.clock.advance(Duration::minutes(15));
    assert_refused(&browser.get(&callback).await, StatusCode::BAD_REQUEST);
    site.clock.advance(-Duration::SECOND);
    let reply = browser.get(&callback).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
}

#[tokio::test]
async fn head_uses_nothing_up() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;
    let reply = browser.send(Method::HEAD, &callback, &[]).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(browser.get(&callback).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn cancelling_is_no_fault_and_leaves_the_session_alone() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;

    entra.control().answer_next(Answer::Cancel);
    let reply = browser.sign_in("/auth/sign-in?prompt=select_account&return_to=/x").await;
    assert_refused(&reply, StatusCode::OK);
    assert!(reply.body.contains("Sign-in cancelled") && reply.body.contains("return_to=%2Fx"));
    assert_eq!(site.events.codes(), ["AADSTS65004"]);
    assert!(browser.who_am_i().await.starts_with("Amara"));
    assert_eq!(browser.cookies().keys().collect::<Vec<_>>(), ["session", "session-rounds"]);
}

#[tokio::test]
async fn a_stolen_code_does_not_fit_the_thiefs_own_verifier() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let (victim, thief) = (Browser::new(&site), Browser::new(&site));
    entra.next_person(AMARA);
    let stolen = victim.until_callback("/auth/sign-in").await;
    let code = Url::parse(&stolen).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();

    // The thief has a sign-in of their own and puts the stolen code into it, which PKCE is there for.
    entra.next_person(AMARA);
    let own = thief.until_callback("/auth/sign-in").await;
    assert_refused(&thief.get(&with(&own, "code", Some(&code))).await, StatusCode::BAD_REQUEST);
    assert_eq!(thief.who_am_i().await, "nobody");
    assert_eq!(site.events.codes(), ["AADSTS501481"]);
}

#[tokio::test]
async fn a_code_that_has_been_redeemed_is_refused_in_another_sign_in() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let first = browser.until_callback("/auth/sign-in").await;
    let code = Url::parse(&first).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert_eq!(browser.get(&first).await.status, StatusCode::SEE_OTHER);
    browser.post("/auth/sign-out").await;

    // A sign-in of its own, with everything in order but the code.
    entra.next_person(AMARA);
    let second = browser.until_callback("/auth/sign-in").await;
    assert_refused(&browser.get(&with(&second, "code", Some(&code))).await, StatusCode::BAD_REQUEST);
    assert_eq!(site.events.codes(), ["AADSTS54005"]);
    assert_eq!(browser.who_am_i().await, "nobody");
    assert_refused(&browser.get(&second).await, StatusCode::BAD_REQUEST);
    assert_eq!(browser.who_am_i().await, "nobody", "the sign-in is used up with it");
}

#[tokio::test]
async fn a_query_that_is_too_long_or_repeats_itself_is_not_looked_at() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;
    let before = entra.control().requests(Endpoint::Token);
    for more in ["&code=another".to_owned(), format!("&padding={}", "x".repeat(8 * 1024))] {
        assert_refused(&browser.get(&format!("{callback}{more}")).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(entra.control().requests(Endpoint::Token), before);
    assert_eq!(browser.get(&callback).await.status, StatusCode::SEE_OTHER, "neither used it up");
}

#[tokio::test]
async fn a_sign_in_that_began_at_another_authority_does_not_end_here() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    let callback = browser.until_callback("/auth/sign-in").await;
    let mut config = entra.config(LOCAL);
    let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
    authority.tenant = EntraTenant::Single(FABRIKAM);
    let restarted = site.restarted(config).await;
    let later = browser.after_restart(&restarted);
    let before = entra.control().requests(Endpoint::Token);
    assert_refused(&later.get(&callback).await, StatusCode::BAD_REQUEST);
    assert_eq!(restarted.events.codes(), ["Issuer"]);
    assert_eq!(entra.control().requests(Endpoint::Token), before, "the code goes nowhere");
}

#[tokio::test]
async fn an_answer_with_neither_code_nor_error_redeems_nothing() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let before = entra.control().requests(Endpoint::Token);
    for code in [None, Some("")] {
        entra.next_person(AMARA);
        let callback = browser.until_callback("/auth/sign-in?prompt=select_account").await;
        assert_refused(&browser.get(&with(&callback, "code", code)).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(site.events.codes(), ["CodeMissing", "CodeMissing"]);
    assert_eq!(entra.control().requests(Endpoint::Token), before);
}

#[tokio::test]
async fn a_code_is_good_for_one_redemption() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.control().fail_next(Endpoint::Token, Failure::sts(StatusCode::BAD_REQUEST, "invalid_grant", 54_005));
    entra.next_person(AMARA);
    let before = entra.control().requests(Endpoint::Token);
    let callback = browser.until_callback("/auth/sign-in").await;
    assert_refused(&browser.get(&callback).await, StatusCode::BAD_REQUEST);
    assert_eq!(entra.control().requests(Endpoint::Token) - before, 1, "never tried again");
    assert_eq!(site.events.codes(), ["AADSTS54005"]);
}

#[tokio::test]
async fn every_answer_of_the_token_endpoint_has_its_page() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let sts = |status, error: &str, code| Failure::sts(status, error, code);
    let raw = |status, text: &str| Failure::raw(status, "application/json", text);
    let cases = [
        (
            sts(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215),
            StatusCode::INTERNAL_SERVER_ERROR,
            "AADSTS7000215",
        ),
        (sts(StatusCode::BAD_REQUEST, "invalid_grant", 50_105), StatusCode::FORBIDDEN, "AADSTS50105"),
        (sts(StatusCode::BAD_REQUEST, "invalid_grant", 65_001), StatusCode::FORBIDDEN, "AADSTS65001"),
        (sts(StatusCode::BAD_REQUEST, "invalid_grant", 50_076), StatusCode::FORBIDDEN, "AADSTS50076"),
        (sts(StatusCode::BAD_REQUEST, "invalid_grant", 70_008), StatusCode::BAD_REQUEST, "AADSTS70008"),
        (
            sts(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", 90_055).with_retry_after(7),
            StatusCode::SERVICE_UNAVAILABLE,
            "throttled",
        ),
        (raw(StatusCode::BAD_GATEWAY, "<html>"), StatusCode::SERVICE_UNAVAILABLE, "transient"),
        (
            raw(StatusCode::OK, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"),
            StatusCode::SERVICE_UNAVAILABLE,
            "transient",
        ),
        (raw(StatusCode::OK, "{"), StatusCode::SERVICE_UNAVAILABLE, "transient"),
    ];
    for (failure, status, code) in cases {
        entra.control().fail_next(Endpoint::Token, failure);
        entra.next_person(AMARA);
        let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
        assert_refused(&reply, status);
        let retry_after = reply.headers.get("retry-after").map(|value| value.to_str().unwrap());
        let expected = match (status, code) {
            (StatusCode::SERVICE_UNAVAILABLE, "throttled") => Some("7"),
            (StatusCode::SERVICE_UNAVAILABLE, _) => Some("30"),
            _ => None,
        };
        assert_eq!(retry_after, expected, "{code}");
        assert_eq!(site.events.codes().last().map(String::as_str), Some(code));
    }
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn an_issuer_in_the_response_must_be_the_right_one() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;
    let before = entra.control().requests(Endpoint::Token);
    let reply = browser.get(&with(&callback, "iss", Some("https://evil.example"))).await;
    assert_refused(&reply, StatusCode::BAD_REQUEST);
    assert_eq!(entra.control().requests(Endpoint::Token), before, "the code goes nowhere");
}

#[tokio::test]
async fn a_record_that_was_put_into_another_ones_place_is_none() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in").await;
    let (name, _) = browser.cookies().into_iter().find(|(name, _)| name.contains("-tx-")).unwrap();
    browser.get("/auth/sign-in").await;
    let (_, other) = browser.cookies().into_iter().find(|(found, _)| found.contains("-tx-") && *found != name).unwrap();
    // The second record under both states, and the cookie that goes with it.
    let latest = "(SELECT value FROM entry WHERE key LIKE 'tx:%' ORDER BY version DESC LIMIT 1)";
    site.run(&format!("UPDATE entry SET value = {latest} WHERE key LIKE 'tx:%'")).await;
    browser.set_cookie(&name, &other);
    assert_refused(&browser.get(&callback).await, StatusCode::BAD_REQUEST);
    assert!(site.events.codes().is_empty(), "it belongs to no sign-in");
}
