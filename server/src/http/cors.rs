//! Which other sites' scripts may read what `/api` answers (CORS, WHATWG Fetch section 3.2): those whose origins are
//! listed, none if none is, and without cookies.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Whether a path belongs to the API.
pub fn in_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// The rule for these origins; none for none.
pub fn rule(origins: &[String]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let sent = [header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, header::IF_NONE_MATCH, IDEMPOTENCY_KEY];
    let shown =
        [header::ETAG, header::LINK, header::LOCATION, header::RETRY_AFTER, header::WWW_AUTHENTICATE, REQUEST_ID];
    let layer = || {
        CorsLayer::new()
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(sent)
            .expose_headers(shown)
            .max_age(Duration::from_mins(10))
    };
    (!origins.is_empty()).then(|| layer().allow_origin(AllowOrigin::list(origins)))
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware: asks the rule about `/api` and about nothing else.
pub async fn share(State(rule): State<CorsLayer>, request: Request, next: Next) -> Response {
    if !in_api(request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(response) = rule.layer(next).oneshot(request).await;
    response
}
