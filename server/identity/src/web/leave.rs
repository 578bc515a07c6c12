//! Off to the authority: the one way in which a transaction begins, whoever asks for it.

use std::net::IpAddr;

use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::{add_cookies, redirect};
use crate::{error::SignInError, flow::Wanted, identity::Identity};

/// Stores a transaction, gives the browser its cookie, and sends it off. `from` is the browser's address.
pub(super) async fn leave(
    identity: &Identity,
    headers: &HeaderMap,
    wanted: Wanted,
    from: Option<IpAddr>,
) -> Result<Response, SignInError> {
    let (url, transaction) = identity.flow().begin(wanted).await?;
    transaction.store(identity.state(), identity.ring()).await?;
    // What is asked silently has been paid for before.
    if let Some(budget) = identity.budget().filter(|_| !transaction.silent) {
        budget.spend_flow(from).await;
    }
    let mut response = redirect(StatusCode::FOUND, url.as_str());
    let now = identity.flow().now().unix_timestamp();
    let cookies = identity.cookies().open_transaction(headers, &transaction.state, transaction.binding(), now);
    add_cookies(&mut response, cookies);
    Ok(response)
}

/// Whether a browser is on its way to a page, by Fetch Metadata where it sends that: a prefetch or a script must not open
/// sign-ins.
pub(super) fn may_leave(headers: &HeaderMap) -> bool {
    text(headers, "sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}

/// Whether a page of another site sent the browser here, by Fetch Metadata (`Sec-Fetch-Site`) where it sends that. `none` is
/// the person's own doing: a bookmark, an address that was typed.
pub(super) fn is_from_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// Whether it only fetches ahead what somebody might go to.
pub(crate) fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"]
        .into_iter()
        .any(|name| text(headers, name).is_some_and(|purpose| purpose.contains("prefetch")))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
