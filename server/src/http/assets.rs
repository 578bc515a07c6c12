//! The built site: files whose names carry a hash of their content are kept by browsers for ever.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use tower_http::services::{ServeDir, ServeFile};

/// Serves `/pkg` and the icons out of the site's folder, compressed where the build left a compressed neighbour.
pub fn router<S: Clone + Send + Sync + 'static>(site_root: &Path) -> Router<S> {
    let pkg = ServeDir::new(site_root.join("pkg")).precompressed_br().precompressed_gzip();
    let icon = ServeFile::new(site_root.join("favicon.svg"));
    Router::new()
        .nest_service("/pkg", pkg)
        .layer(map_response(async |response| cached(response, "public, max-age=31536000, immutable")))
        .merge(
            Router::new()
                .route_service("/favicon.svg", icon)
                .layer(map_response(async |response| cached(response, "public, max-age=86400"))),
        )
}

/// A missing file must not be kept for ever: it is there after the next release.
fn cached(mut response: Response, rule: &'static str) -> Response {
    let rule = if response.status().is_success() { rule } else { "no-store" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(rule));
    response
}
