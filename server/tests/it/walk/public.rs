//! The public list, and that what is on it gives nothing away.

use std::sync::Arc;
use std::time::Duration;

use app::routes::{ONBOARD, PAGES, PUBLIC, SIGNED_OUT, START, is_public};
use reqwest::Method;
use services::CatalogService;

use super::{address, gated_pages};
use crate::support::{Broken, Person, TestApp, Unserved, run};

#[test]
fn the_list_is_the_decided_one() {
    let pages = ["/", "/signed-out", "/onboard"];
    let others = ["/session-status", "/auth/", "/pkg/", "/favicon.svg", "/healthz", "/readyz"];
    assert_eq!(PUBLIC.to_vec(), [&pages[..], &others].concat());
    let public: Vec<_> = PAGES.iter().filter(|page| page.is_public()).map(|page| page.pattern).collect();
    assert_eq!(public, [START, SIGNED_OUT, ONBOARD]);
}

#[test]
fn what_is_public_answers_a_stranger_and_tells_nothing() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        for (path, status) in [
            ("/", 200),
            ("/signed-out", 200),
            ("/onboard", 404),
            ("/session-status", 200),
            ("/auth/sign-in", 302),
            ("/auth/callback", 400),
            ("/auth/sign-out", 303),
            ("/auth/front-channel-logout", 200),
            ("/auth/back-channel-logout", 405),
            ("/auth/silent", 404),
            ("/auth/nothing", 404),
            ("/pkg/muster.js", 200),
            ("/pkg/nothing.js", 404),
            ("/favicon.svg", 200),
            ("/healthz", 200),
            ("/readyz", 200),
        ] {
            assert!(is_public(path), "{path}");
            let reply = browser.get(path).await;
            assert_eq!(reply.status, status, "{path}: {}", reply.body);
            for secret in ["INC-", "Contoso", "Amara"] {
                assert!(!reply.body.contains(secret), "{path} says {secret}: {}", reply.body);
            }
        }
    });
}

#[test]
fn every_page_says_that_the_development_sign_in_is_on() {
    run(async {
        let app = TestApp::shared().await;
        let (nobody, manager) = (app.browser(), app.signed_in(Person::Manager).await);
        let number = manager.declare("Under the banner").await;
        let form = app::routes::incident(number);
        let mut pages = Vec::new();
        for path in [START, SIGNED_OUT, "/auth/callback"] {
            pages.push((path.to_owned(), nobody.get(path).await));
        }
        for page in gated_pages() {
            let address = address(page, number);
            pages.push((address.clone(), manager.get(&address).await));
        }
        let without_role = app.signed_in(Person::Nobody).await;
        let large = "x".repeat(600_000);
        let foreign = manager.bare(Method::POST, &form).header("accept", "text/html");
        let foreign = foreign.header("sec-fetch-site", "cross-site");
        pages.extend([
            ("404".to_owned(), manager.get("/nothing").await),
            ("401".to_owned(), nobody.post(&form, &[("form", "note"), ("body", "x")]).await),
            ("403".to_owned(), without_role.get("/incidents").await),
            ("403".to_owned(), without_role.post(&form, &[("form", "note"), ("body", "x")]).await),
            ("403".to_owned(), manager.send(foreign).await),
            ("413".to_owned(), manager.post(&form, &[("form", "note"), ("body", &large)]).await),
            ("422".to_owned(), manager.post(&form, &[("form", "note"), ("body", "")]).await),
        ]);
        let slow = Unserved::development(|state| {
            state.services.catalog = CatalogService::new(Arc::new(Broken::IsSilent));
            state.time_limit = Duration::from_millis(1);
        });
        let slow = slow.await;
        pages.push(("503".to_owned(), slow.go("/readyz").await));
        slow.stop().await;
        for (what, reply) in pages {
            assert!(what.starts_with('/') || what == reply.status.as_str(), "{what}: {}", reply.status);
            assert!(reply.body.contains("Development sign-in"), "{what}: {}", reply.body);
        }
    });
}

#[test]
fn every_failed_sign_in_can_be_started_again() {
    run(async {
        let app = TestApp::shared().await;
        let signed_in = app.signed_in(Person::Viewer).await;
        for (browser, go_on) in [(&app.browser(), false), (&signed_in, true)] {
            for path in ["/auth/callback", "/auth/callback?state=none&code=x", "/auth/callback?error=access_denied"] {
                let body = browser.get(path).await.body;
                assert!(body.contains(">Start again</a>"), "{path}: {body}");
                assert_eq!(body.contains(">Continue to Muster</a>"), go_on, "{path}: {body}");
            }
        }
    });
}
