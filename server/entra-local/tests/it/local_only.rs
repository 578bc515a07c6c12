//! Whatever came through a proxy or was meant for another host is misdirected, at every path.

use reqwest::{Method, StatusCode};

use crate::support::{App, demo};

const PATHS: [&str; 6] = [
    "/organizations/v2.0/.well-known/openid-configuration",
    "/organizations/oauth2/v2.0/authorize",
    "/organizations/oauth2/v2.0/token",
    "/common/login",
    "/entra-local/style.css",
    "/nowhere",
];

async fn status(app: &App, method: Method, path: &str, name: &str, value: &str) -> StatusCode {
    let answer = app.client.request(method, app.at(path)).header(name, value).send().await.unwrap();
    let status = answer.status();
    if status == StatusCode::MISDIRECTED_REQUEST {
        assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
        assert!(answer.text().await.unwrap().contains("development sign-in"));
    }
    status
}

#[tokio::test]
async fn a_proxy_gets_421() {
    let (_running, app) = demo().await;
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "X-Forwarded-Anything"] {
        for path in PATHS {
            for method in [Method::GET, Method::POST] {
                assert_eq!(status(&app, method, path, name, "for=192.0.2.1").await, 421, "{name} {path}");
            }
        }
    }
}

#[tokio::test]
async fn another_host_gets_421() {
    let (_running, app) = demo().await;
    let port = app.base.port().unwrap();
    for host in ["login.example".to_owned(), format!("192.0.2.1:{port}"), format!("localhost.evil.example:{port}")] {
        for path in PATHS {
            assert_eq!(status(&app, Method::GET, path, "host", &host).await, 421, "{host} {path}");
        }
    }
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert_eq!(status(&app, Method::GET, PATHS[0], "host", &host).await, 200, "{host}");
    }
}
