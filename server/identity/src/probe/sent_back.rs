//! One request whose redirect is the answer, unlike all others to the authority.

use http::{HeaderMap, StatusCode, header};
use url::Url;

use crate::error::UpstreamError;

/// Of the page of a refusal no more is read than its number needs.
const LARGEST: usize = 256 * 1024;

/// Status, target and text of an answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) location: Option<Url>,
    pub(super) text: String,
}

/// GET without following anything, within the time that `http` gives.
pub(super) async fn get(http: &reqwest::Client, endpoint: &'static str, url: Url) -> Result<Answer, UpstreamError> {
    let lost = |error: reqwest::Error| UpstreamError::Unreachable {
        endpoint,
        reason: if error.is_timeout() { "timeout" } else { "connection lost" },
    };
    let mut response = http.get(url.clone()).header(header::ACCEPT, "text/html").send().await.map_err(lost)?;
    let (status, location) = (response.status(), location(response.headers(), &url));
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        text.extend_from_slice(&chunk[..chunk.len().min(LARGEST - text.len())]);
        if text.len() == LARGEST {
            break;
        }
    }
    Ok(Answer { status, location, text: String::from_utf8_lossy(&text).into_owned() })
}

fn location(headers: &HeaderMap, asked: &Url) -> Option<Url> {
    asked.join(headers.get(header::LOCATION)?.to_str().ok()?).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::{Router, routing::get};

    use super::*;

    #[tokio::test]
    async fn of_a_long_page_only_the_beginning_is_read() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let page = Router::new().route("/", get(async || "x".repeat(4 * LARGEST)));
        tokio::spawn(async move { axum::serve(listener, page).await });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        assert_eq!(super::get(&http, "authorize", url).await.unwrap().text.len(), LARGEST);
    }
}
