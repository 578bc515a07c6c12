//! Limits and proxies, with a setting that is an argument and servers of our own.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::net::SocketAddr;

use axum::{Router, response::Redirect, routing::get};
use tokio::net::TcpListener;

use super::*;

/// Long enough for any machine: only what never ends gets there.
const NEVER: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(20);

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn request(url: &str) -> HttpRequest {
    http::Request::get(url).body(Vec::new()).unwrap()
}

#[tokio::test]
async fn this_machine_is_reached_directly_and_everybody_else_through_the_proxy() {
    let proxy = serve(Router::new().fallback(async || "through the proxy")).await;
    let here = serve(Router::new().fallback(async || "directly")).await;
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let setting = |asked: &str| (asked == name).then(|| format!("http://{proxy}"));
        let http = client(NEVER, setting).unwrap();
        let text = async |url: String| http.get(url).send().await.unwrap().text().await.unwrap();
        assert_eq!(text(format!("http://{here}/")).await, "directly", "{name}");
        assert_eq!(text(format!("http://localhost:{}/", here.port())).await, "directly", "{name}");
        assert_eq!(text("http://authority.example/".to_owned()).await, "through the proxy", "{name}");
    }
}

#[tokio::test]
async fn exceptions_and_nonsense_in_the_settings_are_respected() {
    let proxy = serve(Router::new().fallback(async || "through the proxy")).await;
    let http = client(NEVER, |asked| match asked {
        "HTTP_PROXY" => Some(format!("http://{proxy}")),
        "HTTPS_PROXY" => Some("no URL at all".to_owned()),
        "NO_PROXY" => Some("direct.invalid".to_owned()),
        _ => None,
    });
    let http = http.unwrap();
    assert_eq!(http.get("http://other.invalid/").send().await.unwrap().text().await.unwrap(), "through the proxy");
    assert!(http.get("http://direct.invalid/").send().await.unwrap_err().is_connect(), "there is no such host");
}

#[tokio::test]
async fn an_authority_that_takes_the_request_and_never_answers_is_given_up() {
    // Never accepted, but the kernel takes the connection and the request.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let patient = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent = tokio::time::timeout(NEVER, send_within(SHORT, &patient, "keys", request(&url))).await;
    assert_eq!(sent.unwrap().unwrap_err(), UpstreamError::Unreachable { endpoint: "keys", reason: "timeout" });

    let ours = client(SHORT, |_| None).unwrap();
    let asked = tokio::time::timeout(NEVER, ours.get(&url).send()).await;
    assert!(asked.unwrap().unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_redirect_is_noticed_even_if_the_client_follows_it() {
    let pages =
        Router::new().route("/", get(async || Redirect::temporary("/there"))).route("/there", get(async || "x"));
    let url = format!("http://{}/", serve(pages).await);
    let follows = reqwest::Client::builder().no_proxy().build().unwrap();
    for http in [follows, client(NEVER, |_| None).unwrap()] {
        let sent = send_within(NEVER, &http, "keys", request(&url)).await;
        assert_eq!(sent.unwrap_err(), UpstreamError::Unreadable { endpoint: "keys", reason: "a redirect" });
    }
    // To notice it is too late for what the request said; ours does not go there.
    assert!(client(NEVER, |_| None).unwrap().get(&url).send().await.unwrap().status().is_redirection());
}

#[test]
fn a_wait_is_seconds_or_a_date_and_an_hour_at_most() {
    let asked = |retry_after: &'static str, date: &'static str| {
        let pairs = [(http::header::RETRY_AFTER, retry_after), (http::header::DATE, date)];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        super::retry_after(&pairs.map(|(name, value)| (name, value.parse().unwrap())).collect())
    };
    let noon = "Wed, 25 Nov 2026 12:00:00 GMT";
    for (retry_after, date, seconds) in [
        ("7", "", Some(7)),
        (" 7 ", noon, Some(7)),
        ("3601", "", Some(3600)),
        ("99999999999999999999", "", Some(3600)),
        ("Wed, 25 Nov 2026 12:01:30 GMT", noon, Some(90)),
        ("Thu, 26 Nov 2026 12:00:00 GMT", noon, Some(3600)),
        ("Wed, 25 Nov 2026 11:00:00 GMT", noon, Some(0)),
        ("Wed, 25 Nov 2026 12:01:30 GMT", "", None),
        ("-7", noon, None),
        ("soon", noon, None),
        ("", noon, None),
    ] {
        assert_eq!(asked(retry_after, date), seconds, "{retry_after}");
    }
}

#[tokio::test]
async fn the_wait_comes_with_throttling_and_with_every_other_status() {
    let router = Router::new()
        .route("/429", get(async || (http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")])))
        .route("/503", get(async || (http::StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "8")])))
        .route("/403", get(async || (http::StatusCode::FORBIDDEN, [("retry-after", "9")])));
    let (address, http) = (serve(router).await, client(NEVER, |_| None).unwrap());
    let asked = async |status: u16| {
        get_json::<serde_json::Value>(&http, "keys", &format!("http://{address}/{status}")).await.unwrap_err()
    };
    assert_eq!(asked(429).await, UpstreamError::Throttled { endpoint: "keys", retry_after: Some(7) });
    let sent = send(&http, "token", request(&format!("http://{address}/503"))).await;
    assert_eq!(sent.unwrap_err(), UpstreamError::Status { endpoint: "token", status: 503, retry_after: Some(8) });
    for (status, wait) in [(503, 8), (403, 9)] {
        assert_eq!(asked(status).await, UpstreamError::Status { endpoint: "keys", status, retry_after: Some(wait) });
    }
}
