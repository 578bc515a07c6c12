//! How long an address and the headers of a request may be. Far above what browsers and identity providers send, far below
//! what the HTTP library would read.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::kind::Kind;
use super::refusal;
use crate::pages::Pages;

/// The longest address. A callback's query alone may have 8 KiB.
const LONGEST_ADDRESS: usize = 16 * 1024;
/// All names and values together. Twenty sign-ins begun at once leave some five kilobytes of cookies.
const LARGEST_HEADERS: usize = 32 * 1024;

/// The middleware: 414 for an address (RFC 9110 section 15.5.15) and 431 for headers (RFC 6585 section 5) that are longer.
pub async fn limit(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if address > LONGEST_ADDRESS {
        let sentence = "The address is too long. Go to the start page and find your way from there.";
        return refusal::answer(&pages, Kind::of(&request), StatusCode::URI_TOO_LONG, "address_too_long", sentence);
    }
    if size(request.headers()) > LARGEST_HEADERS {
        let sentence =
            "Your browser sent more about itself than Muster takes. Delete this site's cookies and try again.";
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return refusal::answer(&pages, Kind::of(&request), status, "headers_too_large", sentence);
    }
    next.run(request).await
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}
