//! Refuses requests that another site makes in the name of somebody who is signed in here (CSRF).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use identity::BACK_CHANNEL_LOGOUT;
use url::Url;

use super::kind::{Kind, is_unsafe};
use super::problem::Problem;
use crate::pages::Pages;

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
///
/// An identity provider that tells us directly whom it has signed out shows a token that it signed and sends neither header,
/// so what it asks for goes on without a cookie. `/api` is no concern of this check: no cookie is looked at there.
pub async fn check(State(origins): State<Origins>, mut request: Request, next: Next) -> Response {
    if !is_unsafe(request.method()) || ours(request.headers(), &origins.public_url) {
        return next.run(request).await;
    }
    if request.uri().path() == BACK_CHANNEL_LOGOUT && speaks_for_itself(request.headers()) {
        request.headers_mut().remove(header::COOKIE);
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "refused a change that another site asked for");
    if Kind::of(&request) == Kind::Person {
        return origins.pages.foreign_form();
    }
    let sentence = "Another site asked for this change, so nothing was done.";
    Problem::new(StatusCode::FORBIDDEN, "foreign_origin", sentence).into_response()
}

fn ours(headers: &HeaderMap, public_url: &Url) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        // `none` is a person typing or reloading, which no other site can bring about.
        return site == "same-origin" || site == "none";
    }
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| origin == public_url.origin().ascii_serialization())
}

/// A program: no browser sent it.
fn speaks_for_itself(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::ORIGIN) && !headers.contains_key("sec-fetch-site")
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
    fn a_program_speaks_for_itself_and_no_browser_does() {
        let speaks = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            speaks_for_itself(&headers)
        };
        assert!(speaks(&[]));
        assert!(!speaks(&[("sec-fetch-site", "cross-site")]));
        for origin in ["https://evil.example", "null", ""] {
            assert!(!speaks(&[("origin", origin)]), "{origin}");
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
