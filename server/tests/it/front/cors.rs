//! Other sites' scripts.

use http::Request;
use reqwest::Method;
use tempfile::TempDir;

use crate::support::{Person, Reply, Setup, TestApp, Unserved, run};

const LISTED: &str = "https://status.example";
const SETTING: (&str, &str) = ("MUSTER_CORS_ORIGINS", LISTED);

fn shared(reply: &Reply) -> Vec<&str> {
    let names = reply.headers.keys().map(http::HeaderName::as_str);
    names.filter(|name| name.starts_with("access-control-")).collect()
}

#[test]
fn unset_means_none() {
    run(async {
        let site = Unserved::public(|_| {}).await;
        for request in
            [Request::get("/api/x"), Request::options("/api/x").header("access-control-request-method", "GET")]
        {
            let reply = site.send(request.header("origin", LISTED)).await;
            assert!(shared(&reply).is_empty(), "{reply:?}");
            assert!(!reply.status.is_success());
        }
        site.stop().await;
    });
}

#[test]
fn a_listed_origin_may_read_the_api_and_nothing_else() {
    run(async {
        let site = Unserved::public_with(&[SETTING], |_| {}).await;
        let reply = site.send(Request::get("/api/x").header("origin", LISTED)).await;
        assert_eq!(reply.header("access-control-allow-origin"), LISTED);
        assert!(reply.header("vary").to_ascii_lowercase().contains("origin"), "{}", reply.header("vary"));
        assert!(!reply.headers.contains_key("access-control-allow-credentials"), "no cookie, ever");
        for other in ["https://evil.example", "https://status.example.evil", "http://status.example", "null"] {
            let reply = site.send(Request::get("/api/x").header("origin", other)).await;
            assert!(!reply.headers.contains_key("access-control-allow-origin"), "{other}: {reply:?}");
            assert!(reply.header("vary").to_ascii_lowercase().contains("origin"), "{other}: caches tell them apart");
        }
        for path in ["/", "/incidents", "/sfn/frame", "/auth/callback", "/healthz", "/apix", "/pkg/muster.js"] {
            for request in [Request::get(path), Request::options(path).header("access-control-request-method", "GET")] {
                let reply = site.send(request.header("origin", LISTED)).await;
                assert!(shared(&reply).is_empty(), "{path}: {reply:?}");
            }
        }
        site.stop().await;
    });
}

#[test]
fn a_preflight_is_answered_without_asking_who_it_is() {
    run(async {
        let site = Unserved::public_with(&[SETTING], |_| {}).await;
        let preflight = |origin| {
            let request = Request::options("/api/incidents").header("origin", origin);
            let request = request.header("access-control-request-method", "PATCH");
            site.send(request.header("access-control-request-headers", "authorization,content-type"))
        };
        let reply = preflight(LISTED).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("access-control-allow-origin"), LISTED);
        assert!(reply.header("access-control-allow-methods").contains("PATCH"), "{reply:?}");
        assert!(reply.header("access-control-allow-headers").contains("authorization"), "{reply:?}");
        assert!(!reply.header("access-control-allow-headers").contains('*') && reply.body.is_empty());
        let reply = preflight("https://evil.example").await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{reply:?}");
        site.stop().await;
    });
}

/// The cookie of somebody who is signed in counts for requests of our own pages only, and under `/api` not even for those.
#[test]
fn a_change_through_the_api_never_uses_the_cookie_of_another_sites_visitor() {
    run(async {
        let folder = TempDir::new().unwrap();
        let app = TestApp::start(folder.path(), Setup { settings: vec![SETTING], ..Setup::default() }).await;
        let browser = app.signed_in(Person::Manager).await;
        let status = async |path: &str, headers: &[(&str, &str)]| {
            let request = browser.bare(Method::POST, path).header("accept", "application/json");
            let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            browser.send(request).await.status.as_u16()
        };
        let ours = [("sec-fetch-site", "same-origin")];
        let listed = [("origin", LISTED), ("sec-fetch-site", "same-site")];
        let other = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        for headers in [&ours[..], &listed, &other, &[("origin", "null")], &[]] {
            for path in ["/api/nothing", "/api/incidents"] {
                assert_eq!(status(path, headers).await, 401, "nobody without a token: {path} {headers:?}");
            }
        }
        assert_eq!(status("/sfn/frame", &other).await, 403);
        assert_eq!(status("/sfn/frame", &listed).await, 403, "pages' functions are no API");
        assert_eq!(browser.get("/incidents").await.status, 200, "still signed in");
        app.stop().await;
    });
}
