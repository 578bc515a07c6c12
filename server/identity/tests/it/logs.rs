//! What a log at its most talkative may not say. [`watch`] reads what all tests of this binary log; here are those that make
//! it say as much as there is to say.

use entra_local::{Endpoint, Failure};
use http::StatusCode;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site, watch};

/// In answers of the authority and in the query of the callback.
const PLANTED: &str = "planted-by-the-test";

#[tokio::test]
async fn no_secret_and_no_name_reaches_the_log() {
    watch::never(PLANTED);
    watch::listen_for("AADSTS50034");
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let planted =
        |status, kind: &'static str, body: &str| Some(Failure::raw(status, kind, &body.replace("PLANTED", PLANTED)));
    for failure in [
        None,
        Some(Failure::sts(StatusCode::BAD_REQUEST, "invalid_grant", 50_034)),
        planted(StatusCode::OK, "application/json", "{\"id_token\":7,\"access_token\":\"PLANTED\"}"),
        planted(
            StatusCode::OK,
            "application/json",
            "{\"id_token\":\"PLANTED.PLANTED.PLANTED\",\"access_token\":\"PLANTED\"}",
        ),
        planted(StatusCode::BAD_REQUEST, "application/json", "{\"error\":\"PLANTED\",\"suberror\":\"PLANTED\"}"),
        planted(StatusCode::BAD_REQUEST, "text/html", "<p>PLANTED</p>"),
        planted(StatusCode::BAD_GATEWAY, "text/html", "<p>PLANTED</p>"),
    ] {
        if let Some(failure) = failure {
            entra.control().fail_next(Endpoint::Token, failure);
        }
        entra.next_person(AMARA);
        let callback = browser.until_callback("/auth/sign-in?prompt=select_account&return_to=/x").await;
        browser.get(&callback).await;
        browser.get(&callback).await;
    }
    let everywhere = ["state", "code", "error", "error_description", "error_uri", "iss", "session_state", "trace_id"];
    for name in everywhere {
        browser.get(&format!("/auth/callback?{name}={PLANTED}")).await;
        browser.get(&format!("/auth/callback?state=x&error=access_denied&{name}={PLANTED}")).await;
    }
    browser.get(&format!("/auth/sign-in?return_to=//{PLANTED}.example&prompt={PLANTED}&login_hint={PLANTED}")).await;
    for (name, value) in site_cookies(&browser) {
        Browser::new(&site)
            .send(http::Method::GET, "/whoami", &[("cookie", &format!("{name}={value}{PLANTED}"))])
            .await;
    }
    browser.post("/auth/sign-out").await;

    assert!(watch::heard("AADSTS50034") > 0, "the cause is there");
}

fn site_cookies(browser: &Browser) -> Vec<(String, String)> {
    browser.cookies().into_iter().collect()
}

#[test]
fn the_watch_finds_what_it_is_there_for() {
    watch::never("session=AbCdEfGhIjKlMnOpQrSt-_; short=word");
    for line in [
        "state=AbCdEfGhIjKlMnOpQrSt-_",
        "a request to /auth/callback?code=AbCdEfGhIjKlMnOpQrSt-_&x",
        "bearer eyJhbGciOiJSUzI1NiJ9.e30.x",
        "name=Amara L.",
        "AMARA signed in",
        "somebody@contoso.example",
        "name=Tove Marie",
        "somebody@customers.example",
        "somebody@personal.example",
        "who=Pat",
    ] {
        assert!(watch::find(line).is_some(), "{line}");
    }
    for line in [
        "word",
        "lines of a path",
        "AbCdEfGhIjKlMnOpQrSt",
        "signing in failed reference=ABCDEFGHJK class=\"configuration\"",
    ] {
        assert_eq!(watch::find(line), None, "{line}");
    }
}

#[tokio::test]
async fn dependencies_are_watched_as_well() {
    let talkative = ["sqlx::query", "tower_sessions::", "tower_sessions_core::"];
    talkative.into_iter().for_each(watch::listen_for);
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    for target in talkative {
        assert!(watch::heard(target) > 0, "nothing of {target}");
    }
}
