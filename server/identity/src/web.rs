//! The routes under `/auth`.

mod callback;
mod page;
mod query;
mod router;
mod sign_in;
mod sign_out;

use axum::response::Response;
use http::{HeaderValue, header};

pub(crate) use page::{plain_page, report};
pub(crate) use router::router;

/// Nothing about signing in is ever kept by a cache.
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn add_cookies(response: &mut Response, cookies: impl IntoIterator<Item = HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
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
