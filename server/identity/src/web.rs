//! The routes under `/auth`.

mod admin_consent;
mod back_channel;
mod callback;
mod front_channel;
mod leave;
mod page;
mod profile;
mod program;
mod query;
mod refusal;
mod router;
mod sign_in;
mod sign_out;
mod silent;

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

pub(crate) use leave::is_prefetch;
pub(crate) use page::{answer, plain_page, plain_sign_out_page, report};
pub(crate) use router::router;
pub use router::{BACK_CHANNEL_LOGOUT, FRONT_CHANNEL_LOGOUT};

/// Nothing about signing in is ever kept by a cache.
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) fn add_cookies(response: &mut Response, cookies: impl IntoIterator<Item = HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Whether a browser is about to show the answer as a page. `Sec-Fetch-Mode` says so (Fetch Metadata Request Headers,
/// section 2.3); a browser without it is known by its `Accept`.
pub(crate) fn is_navigation(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => text("accept").is_some_and(|accept| accept.contains("text/html")),
    }
}

/// A redirect with an empty body.
fn redirect(status: http::StatusCode, location: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
