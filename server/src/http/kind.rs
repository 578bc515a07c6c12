//! What kind of request it is: a person going somewhere, or a program asking for something.

use axum::http::{HeaderMap, Method, header};

/// Whether a browser is about to show the answer as a page. `Sec-Fetch-Mode` says so (Fetch Metadata Request Headers,
/// section 2.3); a browser without it is known by its `Accept`.
pub fn is_navigation(headers: &HeaderMap) -> bool {
    if let Some(mode) = headers.get("sec-fetch-mode") {
        return mode == "navigate";
    }
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Whether the request may change something (RFC 9110 section 9.2.1).
pub fn is_unsafe(method: &Method) -> bool {
    !method.is_safe()
}

/// Whether the body is a submitted form.
pub fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}
