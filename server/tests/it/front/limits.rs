//! How much of a request is read.

use reqwest::Method;

use crate::support::{TestApp, run};

#[test]
fn addresses_and_headers_have_a_limit_that_no_browser_meets() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        let long = |bytes: usize| format!("/?q={}", "x".repeat(bytes - "/?q=".len()));
        for (address, status) in [(long(16 * 1024), 200), (long(16 * 1024 + 1), 414)] {
            assert_eq!(browser.get(&address).await.status, status);
        }
        let with = |bytes: usize| browser.navigation(Method::GET, "/").header("x-padding", "x".repeat(bytes));
        assert_eq!(browser.send(with(30 * 1024)).await.status, 200);
        let page = browser.send(with(32 * 1024)).await;
        assert_eq!(page.status, 431);
        assert!(page.body.contains("cookies and try again"), "{}", page.body);
        let script = browser.script(Method::GET, "/healthz").header("x-padding", "x".repeat(32 * 1024));
        assert_eq!(browser.send(script).await.json()["status"], 431);
    });
}

#[test]
fn what_is_sent_to_the_sign_in_is_short() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        for (bytes, status) in [(64 * 1024, 303), (64 * 1024 + 1, 413)] {
            let request = browser.navigation(Method::POST, "/auth/sign-out").body("x".repeat(bytes));
            assert_eq!(browser.send(request).await.status, status, "{bytes}");
        }
    });
}
