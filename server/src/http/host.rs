//! While the development sign-in is on, this process speaks to this machine only: anybody can sign in as anybody.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use url::{Host, Url};

use super::kind::is_navigation;
use crate::config::is_loopback_host;

/// The middleware: 421 (RFC 9110 section 15.5.20) for whatever came through a proxy or was meant for another host. A
/// person who typed another name of this machine is taken to the one that the cookies belong to.
pub async fn local_only(State(public_url): State<Url>, request: Request, next: Next) -> Response {
    let hosts = hosts(request.uri(), request.headers());
    let loopback =
        !hosts.is_empty() && hosts.iter().all(|host| hostname(host).is_some_and(|host| is_loopback_host(&host)));
    if !loopback || forwarded(request.headers()) {
        let why = "The development sign-in is on, so this server answers this machine only and no proxy.\n\
                   Set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and MUSTER_PUBLIC_URL to go public.\n";
        return (StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    let elsewhere = hosts.first() != Some(&authority(&public_url));
    if elsewhere && request.method() == Method::GET && is_navigation(request.headers()) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::temporary(&format!("{}{path}", public_url.origin().ascii_serialization())).into_response();
    }
    next.run(request).await
}

/// Every host that the request names, that of its address first. One that cannot be read is nobody's.
fn hosts(uri: &Uri, headers: &HeaderMap) -> Vec<String> {
    let in_uri = uri.authority().map(ToString::to_string);
    let in_headers = headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default().to_owned());
    in_uri.into_iter().chain(in_headers).collect()
}

/// The host without its port.
fn hostname(authority: &str) -> Option<Host> {
    let url = Url::parse(&format!("http://{authority}/")).ok()?;
    url.host().map(|host| host.to_owned())
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| *name == header::FORWARDED || name.as_str().starts_with("x-forwarded-"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn every_host_that_a_request_names_counts() {
        let mut headers = HeaderMap::new();
        assert!(hosts(&Uri::from_static("/"), &headers).is_empty());
        headers.append(header::HOST, "localhost:3000".parse().unwrap());
        headers.append(header::HOST, "evil.example".parse().unwrap());
        assert_eq!(hosts(&Uri::from_static("/"), &headers), ["localhost:3000", "evil.example"]);
        assert_eq!(hosts(&Uri::from_static("http://[::1]/"), &headers).len(), 3);
    }
}
