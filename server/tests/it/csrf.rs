//! Requests that another site makes in somebody's name. Without the layer `origin::check` every test here fails.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::support::{Browser, Person, Reply, SEVERITY, TestApp, run};

const TITLE: &str = "Declared from elsewhere";

/// What a browser says about a request that another site began, or a client that says too little.
const FOREIGN: [&[(&str, &str)]; 9] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("sec-fetch-site", "same-site"), ("origin", "OURS")],
    &[("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("origin", "OURS.evil.example")],
    &[("origin", "")],
    &[],
];

/// What a browser says about a request of our own pages, with and without Fetch Metadata.
const OWN: [&[(&str, &str)]; 4] = [
    &[("sec-fetch-site", "same-origin"), ("origin", "OURS")],
    &[("sec-fetch-site", "same-origin")],
    &[("sec-fetch-site", "none")],
    &[("origin", "OURS")],
];

fn with(app: &TestApp, request: RequestBuilder, headers: &[(&str, &str)]) -> RequestBuilder {
    let ours = app.base.origin().ascii_serialization();
    headers.iter().fold(request, |request, (name, value)| request.header(*name, value.replace("OURS", &ours)))
}

/// The three kinds of requests that change something, bare.
fn changes(browser: &Browser, title: &str) -> [RequestBuilder; 3] {
    let form = [("title", title), ("severity", SEVERITY), ("summary", "")];
    let arguments = json!({ "form": {
        "title": title, "summary": "", "severity": SEVERITY, "services": [], "visibility": "", "people": [],
        "triage": false, "test": false, "key": "",
    } });
    [
        browser.bare(Method::POST, "/incidents/new").header("accept", "text/html").form(&form),
        browser.bare(Method::POST, "/sfn/incidents/declare").header("accept", "application/json").json(&arguments),
        browser.bare(Method::POST, "/auth/sign-out").header("accept", "text/html"),
    ]
}

fn is_refused(reply: &Reply, what: &str) {
    assert_eq!(reply.status, 403, "{what}: {}", reply.body);
    let page = reply.body.contains("It came from another site");
    assert!(page || reply.body.contains("foreign_origin"), "{what}: {}", reply.body);
}

#[test]
fn changes_that_another_site_asks_for_are_refused() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Manager).await;
        for headers in FOREIGN {
            for request in changes(&browser, TITLE) {
                let reply = browser.send(with(app, request, headers)).await;
                is_refused(&reply, &format!("{headers:?}"));
                assert_eq!(reply.header("set-cookie"), "");
            }
        }
        assert_eq!(app.titled(TITLE).await, 0);
        assert_eq!(browser.get("/incidents").await.status, 200, "still signed in");
    });
}

#[test]
fn our_own_pages_are_not() {
    run(async {
        let app = TestApp::shared().await;
        for (n, headers) in OWN.into_iter().enumerate() {
            let browser = app.signed_in(Person::Manager).await;
            let title = format!("Declared from here {n}");
            let [form, function, sign_out] = changes(&browser, &title);
            assert_eq!(browser.send(with(app, form, headers)).await.status, 303, "{headers:?}");
            assert_eq!(browser.send(with(app, function, headers)).await.status, 200, "{headers:?}");
            assert_eq!(app.titled(&title).await, 2);
            assert_eq!(browser.send(with(app, sign_out, headers)).await.status, 303, "{headers:?}");
            assert_eq!(browser.get("/incidents").await.status, 302, "signed out");
        }
    });
}

#[test]
fn a_strangers_form_is_refused_before_anybody_asks_who_it_is() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        for request in changes(&browser, TITLE) {
            is_refused(&browser.send(with(app, request, FOREIGN[0])).await, "anonymous");
        }
    });
}

#[test]
fn reading_from_elsewhere_is_following_a_link() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Viewer).await;
        let link = browser.bare(Method::GET, "/incidents").header("accept", "text/html");
        assert_eq!(browser.send(with(app, link, FOREIGN[0])).await.status, 200);
    });
}
