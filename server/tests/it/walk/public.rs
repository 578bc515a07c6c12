//! The public list, and that what is on it gives nothing away.

use app::routes::PAGES;
use server::gate::{PUBLIC, is_public};

use crate::support::{TestApp, run};

#[test]
fn the_list_is_the_decided_one_and_the_pages_agree_with_it() {
    assert_eq!(PUBLIC, ["/", "/signed-out", "/auth/", "/pkg/", "/favicon.svg", "/healthz", "/readyz"]);
    for page in PAGES {
        assert_eq!(is_public(page.pattern), page.public, "{}", page.pattern);
    }
}

#[test]
fn what_is_public_answers_a_stranger_and_tells_nothing() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        for (path, status) in [
            ("/", 200),
            ("/signed-out", 200),
            ("/auth/sign-in", 302),
            ("/auth/callback", 400),
            ("/auth/sign-out", 405),
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
        for path in ["/", "/signed-out", "/auth/callback"] {
            let body = app.browser().get(path).await.body;
            assert!(body.contains("Development sign-in"), "{path}: {body}");
        }
    });
}
