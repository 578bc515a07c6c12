//! What kind of request it is: a person going somewhere, or a program asking for something.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};

use super::cors::in_api;

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody in front of a browser.
    Person,
    /// A program, as whatever asks `/api` is.
    Program,
    /// A page of ours, through one of its functions.
    Function,
}

impl Kind {
    /// That of a request.
    pub fn of<B>(request: &Request<B>) -> Self {
        Self::at(request.uri().path(), request.headers())
    }

    /// That of a request for this path, with these headers.
    pub fn at(path: &str, headers: &HeaderMap) -> Self {
        if in_api(path) {
            Self::Program
        } else if is_navigation(headers) {
            Self::Person
        } else if path.starts_with("/sfn/") {
            Self::Function
        } else {
            Self::Program
        }
    }
}

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
