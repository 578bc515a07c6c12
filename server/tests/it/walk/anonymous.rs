//! Somebody who has not signed in.

use domain::IncidentNumber;
use reqwest::Method;

use super::{address, arguments, forms, functions, gated_pages};
use crate::support::{Browser, Reply, TestApp, Unserved, run};

/// Addresses that are none, and some that only look like public ones.
const UNKNOWN: [&str; 10] = [
    "/nothing",
    "/sfn",
    "/sfn/incidents/nothing",
    "/incidents/INC-1/nothing",
    "/INCIDENTS",
    "//",
    "//auth/sign-in",
    "/signed-out/",
    "/auth",
    "/healthz/nothing",
];

/// Addresses that begin like public ones and lead to gated pages once they are resolved as browsers do it. No client sends
/// them as they are.
const CLIMBING: [&str; 9] = [
    "/auth/../incidents",
    "/auth/%2e%2e/incidents",
    "/auth/%2E./incidents/new",
    "/auth/./../incidents",
    "/auth/x/../../incidents/INC-1",
    "/auth/\\..\\..\\incidents",
    "/auth/x\\%2e%2e/../incidents",
    "/auth/..",
    "/auth/../incidents?tab=all",
];

const ONE: IncidentNumber = IncidentNumber(1);

/// 302 with nothing in it, to a sign-in that leads back.
fn is_redirect(reply: &Reply, address: &str) {
    assert_eq!(reply.status, 302, "{address}: {}", reply.body);
    assert_eq!(reply.body, "", "{address}");
    assert_eq!(reply.location(), app::routes::sign_in(address), "{address}");
    assert_eq!(reply.header("set-cookie"), "", "{address}");
}

/// 401, for the functions of pages with the error that pages understand, for other programs as a problem.
fn is_unauthenticated(reply: &Reply, address: &str) {
    assert_eq!(reply.status, 401, "{address}: {}", reply.body);
    if address.starts_with("/sfn/") {
        assert_eq!(reply.body, "\"Unauthenticated\"", "{address}");
        assert_eq!(reply.header("content-type"), "application/json", "{address}");
    } else {
        assert_eq!(reply.json()["code"], "unauthorized", "{address}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{address}");
    }
}

async fn is_closed(browser: &Browser, address: &str) {
    is_redirect(&browser.get(address).await, address);
    is_redirect(&browser.send(browser.navigation(Method::HEAD, address)).await, address);
    is_unauthenticated(&browser.send(browser.script(Method::GET, address)).await, address);
    // A program that says nothing about itself is no person.
    is_unauthenticated(&browser.send(browser.bare(Method::GET, address)).await, address);
}

#[test]
fn every_page_leads_to_the_sign_in_and_back() {
    run(async {
        let browser = TestApp::shared().await.browser();
        for page in gated_pages() {
            is_closed(&browser, &address(page, ONE)).await;
        }
        is_closed(&browser, "/incidents?tab=all&severity=SEV1").await;
        is_closed(&browser, "/incidents/INC-1?order=oldest").await;
    });
}

#[test]
fn an_address_that_does_not_exist_answers_like_one_that_does() {
    run(async {
        let browser = TestApp::shared().await.browser();
        for address in UNKNOWN {
            is_closed(&browser, address).await;
        }
    });
}

#[test]
fn an_address_that_climbs_out_of_a_public_one_is_gated() {
    run(async {
        let site = Unserved::public(|_| ()).await;
        for address in CLIMBING {
            is_redirect(&site.go(address).await, address);
            is_unauthenticated(&site.ask(address).await, address);
        }
        assert_eq!(site.go("/pkg/../incidents").await.status, 404, "files are found by what is written");
        site.stop().await;
    });
}

#[test]
fn every_function_says_unauthenticated() {
    run(async {
        let browser = TestApp::shared().await.browser();
        for path in functions() {
            is_unauthenticated(&browser.call(path, &arguments(path, ONE)).await, path);
            is_closed(&browser, path).await;
        }
    });
}

#[test]
fn every_form_gets_a_page_with_the_typed_text_and_the_way_in() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        for (address, fields) in forms(ONE) {
            let reply = browser.post(&address, &fields).await;
            assert_eq!(reply.status, 401, "{address}");
            assert!(reply.body.contains("Your session ended"), "{address}: {}", reply.body);
            let way_in = app::routes::sign_in(&address);
            assert!(reply.body.contains(&format!("href=\"{way_in}\"")), "{address}: {}", reply.body);
            let typed = fields.iter().any(|(_, value)| *value == "Walked in");
            assert_eq!(reply.body.contains("<pre tabindex=\"0\">Walked in</pre>"), typed, "{address}: {}", reply.body);
            let by_script = browser.script(Method::POST, &address).form(&fields);
            is_unauthenticated(&browser.send(by_script).await, &address);
        }
        assert_eq!(app.titled("Walked in").await, 0);
    });
}

#[test]
fn a_cookie_that_is_no_session_is_nobody() {
    run(async {
        let browser = TestApp::shared().await.browser();
        for cookie in ["muster=", "muster=AAAAAAAAAAAAAAAAAAAAAA", "muster=../../etc/passwd", "muster=%00"] {
            let request = browser.navigation(Method::GET, "/incidents").header("cookie", cookie);
            let reply = browser.send(request).await;
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (302, ""), "{cookie}");
        }
    });
}
