//! What operators read of a running site, who may, and that it says nothing about anybody.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use server::metrics;
use tempfile::TempDir;
use tower::ServiceExt;
use url::Url;

use crate::support::{Browser, Muster, Person, TestApp, Unserved, free_port, run};

const TOKEN: &str = "a token that operators have";

/// Every value of every label but that of routes.
const WORDS: [(&str, &[&str]); 9] = [
    ("method", &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]),
    ("status", &["1xx", "2xx", "3xx", "4xx", "5xx"]),
    ("endpoint", &["token", "metadata", "keys"]),
    ("document", &["metadata", "keys"]),
    ("source", &["memory", "store", "authority", "none"]),
    ("ahead", &["yes", "no"]),
    ("seen", &["yes", "no"]),
    ("reason", &["overtaken", "signed_out"]),
    (
        "outcome",
        &[
            "answered",
            "busy",
            "credential",
            "failed",
            "forbidden",
            "found",
            "insufficient_claims",
            "insufficient_role",
            "insufficient_scope",
            "interaction_required",
            "invalid_claims",
            "invalid_request",
            "invalid_token",
            "misconfigured",
            "no_access_token",
            "not_default_scope",
            "ok",
            "other_person",
            "refused",
            "seal",
            "store_unavailable",
            "temporarily_unavailable",
            "tenant_id_missing",
            "tenant_not_admitted",
            "tenant_not_authorized",
            "throttled",
            "token_expired",
            "unauthorized",
            "unavailable",
            "unreachable",
            "unreadable",
        ],
    ),
];

/// The pairs of a line such as `name{label="value"} 1`.
fn labels(line: &str) -> BTreeMap<&str, &str> {
    let inside = line.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map_or("", |(inside, _)| inside);
    let pairs = inside.split("\",").filter_map(|pair| pair.split_once("=\""));
    pairs.map(|(label, value)| (label, value.trim_end_matches('"'))).collect()
}

#[test]
fn it_says_what_happened_and_about_nobody() {
    run(async {
        let handle = metrics::record().unwrap();
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Admin).await;
        for address in ["/incidents?query=zqxjkvb", "/incidents/1", "/nowhere/amara@contoso.example/zqxjkvb"] {
            browser.get(address).await;
        }
        browser.bare("ZQXJKVB".parse().unwrap(), "/incidents").send().await.unwrap();
        let mut identity = None;
        let site = Unserved::development(|state| identity = Some(state.identity.clone())).await;
        assert_eq!(site.ask("/readyz").await.status, 200);

        let router = metrics::router(identity.unwrap(), None, handle);
        let answer = router.oneshot(Request::get("/metrics").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
        let text = String::from_utf8(to_bytes(answer.into_body(), 1 << 22).await.unwrap().to_vec()).unwrap();
        let count = |name: &str, wanted: &[(&str, &str)]| {
            let line = text.lines().find(|line| {
                let has = labels(line);
                line.starts_with(name) && wanted.iter().all(|(label, value)| has.get(label) == Some(value))
            });
            line.and_then(|line| line.rsplit_once(' ')).map_or(0.0, |(_, value)| value.parse::<f64>().unwrap())
        };
        let requests = "muster_http_request_seconds_count";
        assert!(count(requests, &[("method", "GET"), ("route", "/incidents"), ("status", "2xx")]) >= 1.0, "{text}");
        assert!(count(requests, &[("route", "none"), ("status", "4xx")]) >= 1.0, "{text}");
        assert!(count(requests, &[("method", "other")]) >= 1.0, "{text}");
        assert!(count("identity_authority_request_seconds_count", &[("endpoint", "token")]) >= 1.0, "{text}");
        assert!(count("identity_metadata_fetches_total", &[("document", "keys"), ("outcome", "ok")]) >= 1.0, "{text}");
        assert!(text.contains("identity_metadata_age_seconds{document=\"metadata\"}"), "{text}");
        assert!(text.contains("# HELP muster_http_request_seconds ") && text.contains("_bucket{"), "{text}");

        for never in ["amara", "contoso", "zqxjkvb", "127.0.0.1", "7c1f0e52"] {
            assert!(!text.to_lowercase().contains(never), "{never}: {text}");
        }
        let mut templates = BTreeSet::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            for (label, value) in labels(line) {
                match WORDS.iter().find(|(known, _)| *known == label) {
                    Some((_, words)) => assert!(words.contains(&value), "{label} is `{value}`"),
                    None if label == "route" => drop(templates.insert(value)),
                    None => assert_eq!(label, "le", "a label that is on no list"),
                }
            }
        }
        assert!(templates.len() < 80, "as many as there are routes: {templates:?}");
        site.stop().await;
    });
}

#[test]
fn only_who_has_the_token_may_read_it() {
    run(async {
        let (folder, port, metrics) = (TempDir::new().unwrap(), free_port(), free_port());
        let _serving = Muster::on(folder.path(), &["serve", "--empty"])
            .set("MUSTER_LISTEN", &format!("127.0.0.1:{port}"))
            .set("MUSTER_ENTRA_LOCAL_LISTEN", &format!("127.0.0.1:{}", free_port()))
            .set("MUSTER_METRICS", &format!("127.0.0.1:{metrics}"))
            .set("MUSTER_METRICS_TOKEN", TOKEN)
            .serve();
        let at = |port| Browser::new(&Url::parse(&format!("http://127.0.0.1:{port}")).unwrap());
        let ask = async |authorization: Option<String>| {
            let request = at(metrics).bare(reqwest::Method::GET, "/metrics");
            let request =
                authorization.into_iter().fold(request, |request, value| request.header("authorization", value));
            request.send().await.unwrap()
        };
        for wrong in [None, Some(TOKEN.to_owned()), Some(format!("Basic {TOKEN}")), Some(format!("Bearer {TOKEN}x"))] {
            let refused = ask(wrong.clone()).await;
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{wrong:?}");
            assert_eq!(refused.headers()["www-authenticate"], "Bearer realm=\"metrics\"");
            assert_eq!(refused.text().await.unwrap(), "");
        }
        let shown = ask(Some(format!("Bearer {TOKEN}"))).await;
        assert_eq!(shown.status(), StatusCode::OK);
        assert!(!shown.text().await.unwrap().contains(TOKEN));
        assert_ne!(at(port).get("/metrics").await.status, 200, "not on the site");
        assert_eq!(at(metrics).get("/healthz").await.status, 404, "nor the site there");
    });
}
