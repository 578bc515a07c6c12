//! The picture of whoever is signed in. Where there is none it is one that shows nothing, and the initials beneath it are seen:
//! an answer without a picture would be drawn as a broken one.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use identity::{CurrentSession, Photo};

use crate::state::AppState;

/// Kept by the browser of one person, and by nobody between.
const KEPT: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    (header::VARY, HeaderValue::from_static("cookie")),
];

/// Shows nothing.
const NO_PICTURE: ([(HeaderName, HeaderValue); 1], &str) = (
    [(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))],
    r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>"#,
);

/// `GET /me/photo`, behind the gate.
pub async fn mine(
    State(state): State<AppState>,
    CurrentSession(session): CurrentSession,
    headers: HeaderMap,
) -> Response {
    let Some(graph) = session.and_then(|session| state.identity.graph(&session)) else {
        return (KEPT, NO_PICTURE).into_response();
    };
    match graph.my_photo().await {
        Ok(Some(photo)) => picture(photo, &headers),
        Ok(None) => (KEPT, NO_PICTURE).into_response(),
        Err(error) => {
            tracing::info!(%error, "a photo could not be read");
            NO_PICTURE.into_response()
        }
    }
}

fn picture(photo: Photo, asked: &HeaderMap) -> Response {
    let Ok(etag) = HeaderValue::from_str(&photo.etag) else {
        return NO_PICTURE.into_response();
    };
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == photo.etag);
    if known {
        return (StatusCode::NOT_MODIFIED, KEPT, [(header::ETAG, etag)]).into_response();
    }
    let described = [(header::ETAG, etag), (header::CONTENT_TYPE, HeaderValue::from_static(photo.content_type))];
    (KEPT, described, photo.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_known_is_not_sent_again() {
        let photo = Photo { content_type: "image/png", bytes: vec![1, 2, 3], etag: "\"abc\"".to_owned() };
        let status = |tag: &'static str| {
            let mut asked = HeaderMap::new();
            asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static(tag));
            picture(photo.clone(), &asked).status()
        };
        for known in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\""] {
            assert_eq!(status(known), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(status("\"x\""), StatusCode::OK);
        let sent = picture(photo, &HeaderMap::new());
        assert_eq!(sent.headers()[header::CACHE_CONTROL], "private, max-age=3600");
        assert_eq!(sent.headers()[header::CONTENT_TYPE], "image/png");
        assert_eq!(sent.headers()[header::ETAG], "\"abc\"");
    }
}
