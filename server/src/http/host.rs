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
    let host = host(request.uri(), request.headers());
    let loopback = host.as_deref().and_then(hostname).is_some_and(|host| is_loopback_host(&host));
    if !loopback || forwarded(request.headers()) {
        let why = "The development sign-in is on, so this server answers this machine only and no proxy.\n\
                   Set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and MUSTER_PUBLIC_URL to go public.\n";
        return (StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    let elsewhere = host.as_deref() != Some(&authority(&public_url));
    if elsewhere && request.method() == Method::GET && is_navigation(request.headers()) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::temporary(&format!("{}{path}", public_url.origin().ascii_serialization())).into_response();
    }
    next.run(request).await
}

fn host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let from_uri = uri.authority().map(ToString::to_string);
    from_uri.or_else(|| Some(headers.get(header::HOST)?.to_str().ok()?.to_owned()))
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
