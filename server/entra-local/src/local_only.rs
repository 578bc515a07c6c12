//! The stand-in signs anybody in, so it answers this machine only: no proxy, and no other site whose name was made to
//! point here.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, Uri, header};
use url::{Host, Url};

/// The middleware: 421 (RFC 9110 section 15.5.20) for whatever came through a proxy or was meant for another host.
pub(crate) async fn local_only(request: Request, next: Next) -> Response {
    if is_forwarded(request.headers()) || !is_meant_for_us(request.uri(), request.headers()) {
        let why = "This is the development sign-in. It answers this machine only and no proxy.\n";
        return (StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    next.run(request).await
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| *name == header::FORWARDED || name.as_str().starts_with("x-forwarded-"))
}

/// Whether every host that the request names is loopback. One that names none is not meant for anybody.
fn is_meant_for_us(uri: &Uri, headers: &HeaderMap) -> bool {
    let in_headers = headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let in_uri = uri.authority().map(http::uri::Authority::as_str);
    let mut hosts = in_headers.chain(in_uri).peekable();
    hosts.peek().is_some() && hosts.all(is_loopback)
}

fn is_loopback(authority: &str) -> bool {
    Url::parse(&format!("http://{authority}/")).is_ok_and(|url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_names_of_this_machine_are_loopback() {
        for host in ["localhost", "LOCALHOST:3001", "muster.localhost", "127.0.0.1:3001", "127.9.9.9", "[::1]:3001"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "evil.example", "localhost.evil.example", "evil-localhost", "192.0.2.1", "[2001:db8::1]", "a@b"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn every_host_that_is_named_counts() {
        let mut headers = HeaderMap::new();
        let relative = Uri::from_static("/error");
        assert!(!is_meant_for_us(&relative, &headers), "no host at all");
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert!(is_meant_for_us(&relative, &headers));
        assert!(!is_meant_for_us(&Uri::from_static("http://evil.example/error"), &headers));
        headers.append(header::HOST, HeaderValue::from_static("evil.example"));
        assert!(!is_meant_for_us(&relative, &headers));
    }
}
