//! The frame of every page, and the headers it is sent with.

use axum::response::{Html, IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::html::escape;

/// On every page, so that nobody takes the stand-in for the real thing.
const BANNER: &str = "Development sign-in. A local stand-in for Microsoft Entra ID.";

/// One page, and where it may lead.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: &'static str,
    /// Markup of the main part. Whoever fills it has escaped what came from outside.
    pub(super) body: String,
    /// Origins that forms may end at. Chromium applies `form-action` to the redirects after a post as well.
    pub(super) form_targets: Vec<String>,
    /// Origins that may be framed.
    pub(super) frames: Vec<String>,
    /// Loads the script that posts the page's form.
    pub(super) posts_itself: bool,
    /// Moves on to this address after the seconds given.
    pub(super) moves_on: Option<(u8, Url)>,
}

impl Page {
    pub(super) fn respond(self, status: StatusCode) -> Response {
        let policy = self.policy();
        let refresh = self.moves_on.as_ref().map(|(seconds, target)| format!("{seconds}; url={target}"));
        let mut response = (status, Html(self.markup())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        if let Ok(value) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, value);
        }
        if let Some(value) = refresh.and_then(|refresh| HeaderValue::from_str(&refresh).ok()) {
            headers.insert(header::REFRESH, value);
        }
        response
    }

    fn policy(&self) -> String {
        let frames = if self.frames.is_empty() { "'none'".to_owned() } else { self.frames.join(" ") };
        let form_targets = self.form_targets.join(" ");
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
             form-action 'self' {form_targets}; frame-src {frames}; frame-ancestors 'none'; base-uri 'none'"
        )
    }

    fn markup(&self) -> String {
        let script = if self.posts_itself { r#"<script src="/entra-local/post.js" defer></script>"# } else { "" };
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – Entra ID stand-in</title>
<link rel="icon" href="/entra-local/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/entra-local/style.css">
{script}
</head>
<body>
<header><p>{BANNER}</p></header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"#,
            title = escape(self.title),
            body = self.body,
        )
    }
}

/// The origins of `urls`, each once. An address without one (a custom scheme) cannot stand in a policy and is left out.
pub(super) fn origins<'a>(urls: impl IntoIterator<Item = &'a Url>) -> Vec<String> {
    let mut origins: Vec<String> = urls
        .into_iter()
        .map(Url::origin)
        .filter(url::Origin::is_tuple)
        .map(|origin| origin.ascii_serialization())
        .collect();
    origins.sort();
    origins.dedup();
    origins
}
