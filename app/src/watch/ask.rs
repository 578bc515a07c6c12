//! Asking the server how the session stands.

use domain::SessionStatus;
use gloo_net::http::Request;
use leptos::web_sys::AbortSignal;

use crate::routes;

/// A server that takes longer is as good as away.
const MOST_MS: u32 = 10_000;

/// One question. None if no answer came, or none that could be read: from here that is the same.
pub(super) async fn ask() -> Option<SessionStatus> {
    let request = Request::get(routes::SESSION_STATUS).abort_signal(Some(&AbortSignal::timeout_with_u32(MOST_MS)));
    let answer = request.send().await.ok().filter(gloo_net::http::Response::ok)?;
    answer.json().await.ok()
}
