//! Signing out that begins elsewhere: at the identity provider, in the browser or without it, or with a link.

use reqwest::Method;
use services::audit::{AuditRecord, AuditResult};

use crate::support::{Browser, CONTOSO, Person, Reply, TestApp, run, tags};

async fn lines_of(app: &TestApp, reply: &Reply) -> Vec<AuditRecord> {
    let id = reply.header("x-request-id");
    let lines = app.audit_log(CONTOSO).await;
    lines.into_iter().filter(|line| line.request.request_id.as_deref() == Some(id)).collect()
}

/// The address that the stand-in's page loads in a frame when this browser signs out there, for another application.
async fn frame_of(app: &TestApp, browser: &Browser) -> String {
    let stand_in = app.stand_in_url();
    let page = browser.get(&format!("{stand_in}common/oauth2/v2.0/logout")).await;
    let tags = tags(&page.body);
    let frame = tags.iter().find(|tag| tag.name == "iframe").and_then(|tag| tag.get("src"));
    frame.unwrap_or_else(|| panic!("{}", page.body)).replace("&amp;", "&")
}

#[test]
fn who_signs_out_at_the_provider_is_signed_out_here_and_a_line_says_so() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Auditor).await;
        let frame = frame_of(app, &browser).await;
        assert!(frame.starts_with(app.base.as_str()), "{frame}");
        assert_eq!(browser.get("/incidents").await.status, 200, "so far nobody has told us");
        // A frame in another site's page has none of our cookies.
        let told = app.browser();
        let request = told.bare(Method::GET, &frame).header("sec-fetch-site", "cross-site");
        let reply = told.send(request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "iframe")).await;
        assert_eq!((reply.status.as_u16(), reply.header("cache-control")), (200, "no-store"));
        let gone = browser.get("/incidents").await;
        assert_eq!(gone.status, 302);
        let asked = browser.get(gone.location()).await;
        assert!(asked.location().contains("prompt=select_account"), "{}", asked.location());

        let lines = lines_of(app, &reply).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!((lines[0].action.as_str(), lines[0].result), ("session.front_channel_sign_out", AuditResult::Allow));
        assert_eq!(lines[0].actor, Some(Person::Auditor.id()));
        let again = told.get(&frame).await;
        assert_eq!(again.status, 200);
        assert_eq!(lines_of(app, &again).await, [], "there was nobody left");
    });
}

#[test]
fn the_provider_may_frame_that_one_answer_and_nobody_any_other() {
    run(async {
        let app = TestApp::shared().await;
        let reply = app.browser().get("/auth/front-channel-logout").await;
        let authority = app.stand_in_url().origin().ascii_serialization();
        let policy = reply.header("content-security-policy");
        assert_eq!(policy, format!("default-src 'none'; frame-ancestors {authority}"));
        assert_eq!(reply.header("x-frame-options"), "", "the older header would forbid it again");
        assert_eq!((reply.header("x-content-type-options"), reply.header("cache-control")), ("nosniff", "no-store"));
        for other in ["/", "/auth/callback", "/auth/back-channel-logout", "/auth/front-channel-logout/"] {
            let reply = app.browser().get(other).await;
            assert_eq!(reply.header("x-frame-options"), "DENY", "{other}");
            assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{other}");
        }
    });
}

#[test]
fn the_provider_itself_gets_through_and_a_page_of_another_site_does_not() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        let post = |path: &str| browser.bare(Method::POST, path).form(&[("logout_token", "x")]);
        let token = browser.send(post("/auth/back-channel-logout")).await;
        assert_eq!((token.status.as_u16(), token.header("cache-control")), (400, "no-store"));
        assert_eq!(token.json()["error"], "invalid_request", "it was looked at");
        for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
        {
            let reply = browser.send(post("/auth/back-channel-logout").header(name, value)).await;
            assert_eq!(reply.status, 403, "{name}: {value}");
        }
        assert_eq!(browser.send(post("/auth/sign-out")).await.status, 403, "and only there");
    });
}

#[test]
fn a_link_asks_before_it_signs_out() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Auditor).await;
        let page = browser.get("/auth/sign-out").await;
        assert_eq!(page.status, 200);
        let tags = tags(&page.body);
        let form = tags.iter().find(|tag| tag.name == "form").unwrap();
        assert_eq!((form.get("method"), form.get("action")), (Some("post"), Some("/auth/sign-out")));
        assert!(page.body.contains("Stay signed in") && page.body.contains("Sign out?"), "{}", page.body);
        assert_eq!(browser.get("/incidents").await.status, 200, "nothing has happened yet");
        assert_eq!(browser.post("/auth/sign-out", &[]).await.status, 303);
        let after = browser.get("/auth/sign-out").await;
        assert_eq!((after.status.as_u16(), after.location()), (303, "/signed-out"));
    });
}
