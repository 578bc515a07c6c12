//! The built site: files whose names carry a hash of their content are kept by browsers for ever, others are asked for
//! again each time.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use tower_http::services::{ServeDir, ServeFile};

/// Serves `/pkg` and the icons out of the site's folder, compressed where the build left a compressed neighbour.
pub fn router<S: Clone + Send + Sync + 'static>(site_root: &Path, hashed: bool) -> Router<S> {
    let rule = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let pkg = ServeDir::new(site_root.join("pkg")).precompressed_br().precompressed_gzip();
    let icon = ServeFile::new(site_root.join("favicon.svg"));
    Router::new().nest_service("/pkg", pkg).layer(map_response(async move |response| cached(response, rule))).merge(
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn only_a_name_with_a_hash_is_kept_for_ever() {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        std::fs::write(site.path().join("pkg/muster.js"), "").unwrap();
        for (hashed, rule) in [(true, "public, max-age=31536000, immutable"), (false, "no-cache")] {
            let request = Request::get("/pkg/muster.js").body(Body::empty()).unwrap();
            let response = router::<()>(site.path(), hashed).oneshot(request).await.unwrap();
            assert_eq!(response.headers()[header::CACHE_CONTROL], rule);
        }
    }
}
