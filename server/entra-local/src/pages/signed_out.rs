//! The pages of sign-out.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use url::Url;

use super::{
    html::{escape, join},
    layout::{Page, origins},
    picker,
};
use crate::{directory::Directory, scenario::Account};

/// How long applications get to answer in their frames before the browser moves on, in seconds.
const FRAME_TIME: u8 = 1;

/// Says that the session has ended, tells applications in hidden frames, and moves on to `next` if there is one.
pub(crate) fn signed_out(frames: &[Url], next: Option<Url>) -> Response {
    let tell = join(frames.iter().map(|url| {
        let url = escape(url.as_str());
        format!("<iframe src=\"{url}\" title=\"Sign-out notice\" hidden></iframe>\n")
    }));
    let onward = match &next {
        Some(url) => format!(r#"<p><a href="{}">Continue</a></p>"#, escape(url.as_str())),
        None => String::new(),
    };
    let body = format!(
        "<p>You signed out of your account. It is a good idea to close all browser windows.</p>\n{onward}\n{tell}"
    );
    let moves_on = next.map(|url| (FRAME_TIME, url));
    Page { title: "Signed out", body, frames: origins(frames), moves_on, ..Page::default() }.respond(StatusCode::OK)
}

/// Asks which of several accounts is to be signed out.
pub(crate) fn choose_sign_out(
    directory: &Directory,
    choice: &str,
    accounts: &[Arc<Account>],
    targets: &[Url],
) -> Response {
    let list = picker::groups(directory, accounts, &[]);
    let body = format!(
        r#"<p>Which account do you want to sign out of?</p>
<form method="post" action="/common/logout">
<input type="hidden" name="choice" value="{choice}">
{list}
<button name="action" value="all">All of them</button>
</form>"#
    );
    Page { title: "Sign out", body, form_targets: origins(targets), ..Page::default() }.respond(StatusCode::OK)
}
