//! The headers that are decided for every answer.

use std::collections::BTreeSet;

use reqwest::{Method, header::HeaderMap};

use crate::support::{Browser, Person, Reply, TestApp, Unserved, run, tags};

/// Name and value of each header that every answer has.
const FIXED: [(&str, &str); 11] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-download-options", "noopen"),
    ("x-frame-options", "DENY"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-xss-protection", "0"),
];

fn are_decided(headers: &HeaderMap, what: &str) {
    for (name, value) in FIXED {
        let all: Vec<_> = headers.get_all(name).iter().collect();
        assert_eq!(all, [value], "{what}: {name}");
    }
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert!(!headers.contains_key(name), "{what}: {name}");
    }
    assert_eq!(headers.get_all("content-security-policy").iter().count(), 1, "{what}");
    assert_eq!(headers.get_all("cache-control").iter().count(), 1, "{what}");
    assert!(headers.contains_key("x-request-id"), "{what}");
}

/// The nonce of an answer's policy.
fn nonce(reply: &Reply) -> String {
    let policy = reply.header("content-security-policy");
    let start = policy.find("'nonce-").unwrap() + "'nonce-".len();
    policy[start..].split('\'').next().unwrap().to_owned()
}

/// One answer of each kind, with what it is and the rule for keeping it.
async fn answers(app: &TestApp) -> Vec<(&'static str, Reply, &'static str)> {
    const PRIVATE: &str = "no-store";
    // The names of this site's files carry no hash.
    const ASKED_FOR: &str = "no-cache";
    let (browser, nobody) = (app.signed_in(Person::Manager).await, app.browser());
    let number = browser.declare("Has headers").await;
    let address = app::routes::incident(number);
    let list = serde_json::json!({ "address": { "tab": "", "severity": "", "sort": "", "size": "", "after": "" } });
    let foreign = nobody.bare(Method::POST, "/incidents/new").header("sec-fetch-site", "cross-site");
    let misdirected = nobody.bare(Method::GET, "/").header("host", "muster.example");
    let elsewhere =
        nobody.navigation(Method::GET, "/").header("host", format!("127.0.0.1:{}", app.base.port().unwrap()));
    vec![
        ("public page", nobody.get("/").await, PRIVATE),
        ("page", browser.get(&address).await, PRIVATE),
        ("list", browser.get("/incidents").await, PRIVATE),
        ("redirect to the sign-in", nobody.get("/incidents").await, PRIVATE),
        ("redirect to the authority", nobody.get("/auth/sign-in").await, PRIVATE),
        ("redirect after a form", browser.post(&address, &[("form", "note"), ("body", "x")]).await, PRIVATE),
        ("refused form", browser.post(&address, &[("form", "note"), ("body", "")]).await, PRIVATE),
        ("ended session", nobody.post(&address, &[("form", "note"), ("body", "x")]).await, PRIVATE),
        ("unauthenticated", nobody.send(nobody.script(Method::GET, "/incidents")).await, PRIVATE),
        ("no such page", browser.get("/nothing").await, PRIVATE),
        ("failed callback", nobody.get("/auth/callback").await, PRIVATE),
        ("function", browser.call("/sfn/incidents/list", &list).await, PRIVATE),
        ("function that is none", browser.call("/sfn/nothing", &list).await, PRIVATE),
        ("from another site", nobody.send(foreign).await, PRIVATE),
        ("for another host", nobody.send(misdirected).await, PRIVATE),
        ("to the one host", nobody.send(elsewhere).await, PRIVATE),
        ("probe", nobody.get("/healthz").await, PRIVATE),
        ("asset", nobody.get("/pkg/muster.js").await, ASKED_FOR),
        ("asset that is none", nobody.get("/pkg/nothing.js").await, PRIVATE),
        ("icon", nobody.get("/favicon.svg").await, "public, max-age=86400"),
    ]
}

#[test]
fn every_answer_has_the_decided_set() {
    run(async {
        let app = TestApp::shared().await;
        let mut nonces = BTreeSet::new();
        let answers = answers(app).await;
        let count = answers.len();
        for (what, reply, kept) in answers {
            are_decided(&reply.headers, what);
            assert_eq!(reply.header("cache-control"), kept, "{what}");
            assert!(!reply.headers.contains_key("strict-transport-security"), "{what}: this is plain http");
            nonces.insert(nonce(&reply));
        }
        assert_eq!(nonces.len(), count, "each answer has a nonce of its own");
    });
}

#[test]
fn the_policy_lets_nothing_run_but_what_bears_the_nonce() {
    run(async {
        let app = TestApp::shared().await;
        let reply = app.browser().get("/").await;
        let policy = reply.header("content-security-policy");
        let nonce = nonce(&reply);
        assert!(nonce.len() >= 22, "{nonce}");
        let mut directives: Vec<_> = policy.split("; ").collect();
        let forms = directives.remove(directives.iter().position(|one| one.starts_with("form-action ")).unwrap());
        let script = format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'");
        let expected = [
            "default-src 'none'",
            &script,
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ];
        assert_eq!(directives, expected);
        let targets: Vec<_> = forms.split(' ').skip(1).collect();
        assert!(targets.len() == 2 && targets[0] == "'self'" && targets[1].starts_with("http://127.0.0.1:"), "{forms}");
    });
}

async fn obeys_the_policy(browser: &Browser, address: &str) -> usize {
    let reply = browser.get(address).await;
    let nonce = nonce(&reply);
    let mut scripts = 0;
    for tag in tags(&reply.body) {
        for (name, value) in &tag.attributes {
            assert!(name != "style" && !name.starts_with("on"), "{address}: <{} {name}=\"{value}\">", tag.name);
            assert!(!value.trim_start().to_ascii_lowercase().starts_with("javascript:"), "{address}: {value}");
        }
        assert!(
            !["style", "base", "iframe", "object", "embed"].contains(&tag.name.as_str()),
            "{address}: {}",
            tag.name
        );
        if tag.name == "script" {
            assert_eq!(tag.get("nonce"), Some(nonce.as_str()), "{address}: {tag:?}");
            scripts += 1;
        }
    }
    scripts
}

#[test]
fn every_script_of_a_page_bears_the_nonce_and_nothing_is_inline() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Manager).await;
        let number = browser.declare("</title><img src=x onerror=alert(1)>").await;
        let address = app::routes::incident(number);
        let body = "<script>alert(1)</script> [a](javascript:alert(1)) <p style=\"color:red\" onclick=\"x()\">b</p>";
        assert_eq!(browser.post(&address, &[("form", "note"), ("body", body)]).await.status, 303);
        for page in app::routes::PAGES {
            let address = page.pattern.replace("{number}", &number.to_string());
            assert!(obeys_the_policy(&browser, &address).await > 0, "{address} starts its script");
        }
        assert!(obeys_the_policy(&browser, "/incidents?tab=all&size=100").await > 0);
        assert!(obeys_the_policy(&browser, "/nothing").await > 0);
        assert_eq!(obeys_the_policy(&browser, "/auth/callback").await, 0, "an error page needs no script");
    });
}

#[test]
fn over_https_browsers_are_told_to_stay_there() {
    run(async {
        let site = Unserved::public(|state| state.leptos.hash_files = true).await;
        for (path, status) in [("/", 200), ("/incidents", 302), ("/pkg/nothing.js", 404)] {
            let response = site.go(path).await;
            assert_eq!(response.status, status, "{path}");
            are_decided(&response.headers, path);
            let strict = response.header("strict-transport-security");
            assert_eq!(strict, "max-age=31536000; includeSubDomains", "{path}");
            let policy = response.header("content-security-policy");
            assert!(policy.contains("form-action 'self' https://login.microsoftonline.com;"), "{policy}");
            assert!(!response.body.contains("Development sign-in"), "{path}");
        }
        let kept = site.go("/pkg/muster.js").await;
        assert_eq!(kept.header("cache-control"), "public, max-age=31536000, immutable", "names with a hash");
        site.stop().await;
    });
}
