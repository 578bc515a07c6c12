//! OAuth 2.0 Form Post Response Mode: the answer as a form that posts itself, or is posted by hand.

use axum::response::Response;
use http::StatusCode;
use url::Url;

use super::{
    html::{escape, join},
    layout::{Page, origins},
};

pub(crate) fn form_post(redirect_uri: &Url, fields: &[(&'static str, String)]) -> Response {
    let inputs = join(
        fields.iter().map(|(name, value)| format!(r#"<input type="hidden" name="{name}" value="{}">"#, escape(value))),
    );
    let body = format!(
        r#"<form method="post" action="{action}" data-posts-itself>
{inputs}
<p>The application is waiting for the answer.</p>
<button class="primary">Continue</button>
</form>"#,
        action = escape(redirect_uri.as_str()),
    );
    let page = Page { title: "Back to the application", body, posts_itself: true, ..Page::default() };
    Page { form_targets: origins([redirect_uri]), ..page }.respond(StatusCode::OK)
}
