//! Refuses requests that another site makes in the name of somebody who is signed in here (CSRF).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use identity::BACK_CHANNEL_LOGOUT;
use url::Url;

use super::cors::in_api;
use super::kind::{is_navigation, is_unsafe};
use crate::pages::{self, Pages};

/// What the check needs.
#[derive(Clone)]
pub struct Origins {
    /// Our own address.
    pub public_url: Url,
    /// Whose scripts may ask `/api`.
    pub cors: Arc<[String]>,
    /// Draws the refusal.
    pub pages: Pages,
}

/// The middleware. Where a browser sends `Sec-Fetch-Site` it decides; otherwise `Origin` must be our own. `same-site` is
/// not enough: another port of the same host is the same site and somebody else's program.
///
/// `/api` is for programs, which send neither header, and for the scripts of the origins that are listed. Both show a token
/// of their own, so what they ask for goes on without the cookie that a browser may have added. The same goes for an
/// identity provider that tells us directly whom it has signed out, with a token that it signed.
pub async fn check(State(origins): State<Origins>, mut request: Request, next: Next) -> Response {
    if !is_unsafe(request.method()) || ours(request.headers(), &origins.public_url) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    let listed = if in_api(path) { Some(&*origins.cors) } else { (path == BACK_CHANNEL_LOGOUT).then_some(&[][..]) };
    if listed.is_some_and(|listed| speaks_for_itself(request.headers(), listed)) {
        request.headers_mut().remove(header::COOKIE);
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "refused a change that another site asked for");
    if is_navigation(request.headers()) {
        origins.pages.foreign_form()
    } else {
        pages::json(StatusCode::FORBIDDEN, "foreign_origin")
    }
}

fn ours(headers: &HeaderMap, public_url: &Url) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        // `none` is a person typing or reloading, which no other site can bring about.
        return site == "same-origin" || site == "none";
    }
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| origin == public_url.origin().ascii_serialization())
}

/// A program, or a script of an origin that is listed.
fn speaks_for_itself(headers: &HeaderMap, listed: &[String]) -> bool {
    match headers.get(header::ORIGIN) {
        None => !headers.contains_key("sec-fetch-site"),
        Some(origin) => listed.iter().any(|one| origin == one),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        ours(&headers, &"https://muster.example/".parse().unwrap())
    }

    #[test]
    fn fetch_metadata_decides_where_it_is_sent() {
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
        assert!(!allowed(&[("sec-fetch-site", "same-site"), ("origin", "https://muster.example")]));
        assert!(!allowed(&[("sec-fetch-site", "cross-site"), ("origin", "https://muster.example")]));
    }

    #[test]
    fn a_program_and_a_listed_origin_speak_for_themselves() {
        let speaks = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            speaks_for_itself(&headers, &["https://status.example".to_owned()])
        };
        assert!(speaks(&[]));
        assert!(speaks(&[("origin", "https://status.example"), ("sec-fetch-site", "cross-site")]));
        assert!(!speaks(&[("sec-fetch-site", "cross-site")]));
        for other in ["https://evil.example", "https://status.example.evil", "http://status.example", "null", ""] {
            assert!(!speaks(&[("origin", other)]), "{other}");
        }
    }

    #[test]
    fn otherwise_the_origin_does_and_null_or_none_is_refused() {
        assert!(allowed(&[("origin", "https://muster.example")]));
        assert!(!allowed(&[("origin", "https://muster.example:8443")]));
        assert!(!allowed(&[("origin", "http://muster.example")]));
        assert!(!allowed(&[("origin", "null")]));
        assert!(!allowed(&[]));
    }
}
