//! The silent check at the provider, as far as it is the site's business: its switch, its headers, what polls are told.

use domain::SessionStatus;
use reqwest::{Method, RequestBuilder};
use tempfile::TempDir;

use crate::support::{Browser, Person, Reply, Setup, TestApp, run};

async fn app() -> (TestApp, TempDir) {
    let folder = TempDir::new().unwrap();
    let settings = vec![("MUSTER_SILENT_CHECK", "on")];
    (TestApp::start(folder.path(), Setup { settings, ..Setup::default() }).await, folder)
}

fn frame(browser: &Browser, address: &str, from: &str) -> RequestBuilder {
    let request = browser.bare(Method::GET, address).header("accept", "text/html");
    let request = request.header("sec-fetch-site", from);
    request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "iframe")
}

async fn offered(browser: &Browser) -> bool {
    let reply = browser.send(browser.script(Method::GET, "/session-status")).await;
    serde_json::from_str::<SessionStatus>(&reply.body).unwrap().silent_check
}

/// Through the provider and back, as a frame of the site goes.
async fn check(browser: &Browser) -> Reply {
    let begun = browser.send(frame(browser, "/auth/silent", "same-origin")).await;
    assert_eq!(begun.status, 302, "{}", begun.body);
    let answered = browser.send(frame(browser, begun.location(), "cross-site")).await;
    browser.send(frame(browser, answered.location(), "cross-site")).await
}

#[test]
fn it_is_offered_when_there_is_room_and_once_in_five_minutes() {
    run(async {
        let (app, _folder) = app().await;
        assert!(!offered(&app.browser()).await, "of a stranger there is nothing to ask");
        let browser = app.signed_in(Person::Viewer).await;
        assert!(offered(&browser).await);
        let checked = check(&browser).await;
        assert_eq!(checked.status, 200, "{}", checked.body);
        assert!(checked.body.contains("new BroadcastChannel(\"muster-silent\").postMessage({result:\"same\"})"));
        assert!(!offered(&browser).await);
        let later = browser.send(frame(&browser, "/auth/silent", "same-origin")).await;
        assert!(later.body.contains("{result:\"later\"}"), "{}", later.body);
        app.stop().await;
    });
}

#[test]
fn its_last_page_may_be_framed_by_the_site_and_pages_may_frame_the_provider() {
    run(async {
        let (app, _folder) = app().await;
        let browser = app.signed_in(Person::Viewer).await;
        let checked = check(&browser).await;
        let policy = checked.header("content-security-policy");
        assert!(policy.ends_with("; frame-ancestors 'self'"), "{policy}");
        assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"), "{policy}");
        assert!(!checked.headers.contains_key("x-frame-options"), "the older header has no words for it");
        assert_eq!(checked.header("cache-control"), "no-store");
        let page = browser.get("/incidents").await;
        let provider = app.stand_in_url().origin().ascii_serialization();
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("; frame-src 'self' {provider}; frame-ancestors 'none'; ")), "{policy}");
        assert_eq!(page.header("x-frame-options"), "DENY");
        app.stop().await;
    });
}

#[test]
fn operators_see_what_is_used_of_the_quota() {
    run(async {
        let (app, _folder) = app().await;
        let (admin, viewer) = (app.signed_in(Person::Admin).await, app.signed_in(Person::Viewer).await);
        check(&viewer).await;
        let page = admin.get("/admin/sign-in").await;
        assert_eq!(page.status, 200, "{}", page.body);
        // The token of each of the two who signed in, and that of the check.
        assert!(page.body.contains(">3 of 6,000 requests.<"), "{}", page.body);
        assert_eq!(viewer.get("/admin/sign-in").await.status, 403);
        app.stop().await;
    });
}
