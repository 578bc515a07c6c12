//! For which host a request is meant. The site has one address, and everything that depends on it comes from
//! `MUSTER_PUBLIC_URL`; a request for another host is a mistake of a proxy or somebody's trick. While the development
//! sign-in is on, this process speaks to this machine only: anybody can sign in as anybody.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use url::{Host, Url};

use super::cors::in_api;
use super::kind::is_navigation;
use super::problem::Problem;
use crate::config::is_loopback_host;

/// The hosts that the site answers for.
#[derive(Clone, Debug)]
pub struct Hosts {
    public_url: Url,
    /// Besides that of the public URL, each as `Host` has it.
    others: Arc<[String]>,
}

impl Hosts {
    /// Those of the public URL and these.
    pub fn new(public_url: Url, others: &[String]) -> Self {
        Self { public_url, others: others.into() }
    }

    fn include(&self, host: &str) -> bool {
        let ours = Url::parse(&format!("{}://{host}/", self.public_url.scheme()));
        let bare =
            |url: &Url| *url.username() == *"" && url.password().is_none() && !host.contains(['/', '?', '#', '\\']);
        ours.is_ok_and(|url| bare(&url) && url.origin() == self.public_url.origin())
            || self.others.iter().any(|other| other.eq_ignore_ascii_case(host))
    }
}

/// The middleware: 421 (RFC 9110 section 15.5.20) for whatever is meant for another host. Probes are answered under any:
/// whoever sends them knows an address, not a name.
pub async fn only_ours(State(ours): State<Hosts>, request: Request, next: Next) -> Response {
    let probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    let hosts = hosts(request.uri(), request.headers());
    if probe || (!hosts.is_empty() && hosts.iter().all(|host| ours.include(host))) {
        return next.run(request).await;
    }
    let why = "This server answers for the host of MUSTER_PUBLIC_URL.\n\
               A proxy in front of it has to pass the header Host on, or its own name has to be in MUSTER_ALLOWED_HOSTS.\n";
    misdirected(&request, why)
}

/// The middleware of the development sign-in: 421 for whatever came through a proxy or was meant for another host. A
/// person who typed another name of this machine is taken to the one that the cookies belong to.
pub async fn local_only(State(public_url): State<Url>, request: Request, next: Next) -> Response {
    let hosts = hosts(request.uri(), request.headers());
    let loopback =
        !hosts.is_empty() && hosts.iter().all(|host| hostname(host).is_some_and(|host| is_loopback_host(&host)));
    if !loopback || forwarded(request.headers()) {
        let why = "The development sign-in is on, so this server answers this machine only and no proxy.\n\
                   Set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and MUSTER_PUBLIC_URL to go public.\n";
        return misdirected(&request, why);
    }
    let elsewhere = hosts.first() != Some(&authority(&public_url));
    if elsewhere && request.method() == Method::GET && is_navigation(request.headers()) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::temporary(&format!("{}{path}", public_url.origin().ascii_serialization())).into_response();
    }
    next.run(request).await
}

fn misdirected(request: &Request, why: &'static str) -> Response {
    if in_api(request.uri().path()) {
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", why).into_response();
    }
    (StatusCode::MISDIRECTED_REQUEST, why).into_response()
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
    fn the_site_answers_for_its_own_host_and_those_that_are_listed() {
        let listed = ["10.0.0.7:3000".to_owned(), "muster.internal".to_owned()];
        let ours = Hosts::new("https://muster.example".parse().unwrap(), &listed);
        for host in ["muster.example", "MUSTER.example", "muster.example:443", "10.0.0.7:3000", "Muster.internal"] {
            assert!(ours.include(host), "{host}");
        }
        for host in [
            "",
            "muster.example:80",
            "muster.example.evil",
            "evil.example",
            "me@muster.example",
            "muster.example/x",
            "muster.example?x",
            "muster.example\\x",
            "10.0.0.7",
            "muster.internal:80",
        ] {
            assert!(!ours.include(host), "{host}");
        }
    }

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
