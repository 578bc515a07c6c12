//! Refuses requests that another site makes in the name of somebody who is signed in here (CSRF).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use super::kind::{is_navigation, is_unsafe};
use crate::pages::{self, Pages};

/// What the check needs.
#[derive(Clone)]
pub struct Origins {
    /// Our own address.
    pub public_url: Url,
    /// Draws the refusal.
    pub pages: Pages,
}

/// The middleware. Where a browser sends `Sec-Fetch-Site` it decides; otherwise `Origin` must be our own. `same-site` is
/// not enough: another port of the same host is the same site and somebody else's program.
pub async fn check(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    if !is_unsafe(request.method()) || ours(request.headers(), &origins.public_url) {
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
    fn otherwise_the_origin_does_and_null_or_none_is_refused() {
        assert!(allowed(&[("origin", "https://muster.example")]));
        assert!(!allowed(&[("origin", "https://muster.example:8443")]));
        assert!(!allowed(&[("origin", "http://muster.example")]));
        assert!(!allowed(&[("origin", "null")]));
        assert!(!allowed(&[]));
    }
}
