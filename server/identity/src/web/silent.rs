//! `GET /auth/silent`, in a hidden frame of this site: off to the authority with `prompt=none`, and back to the callback,
//! whose page tells the site what has been found out. It signs nobody in and nobody out.

use axum::{
    extract::{Request, State},
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    leave::{is_prefetch, leave},
    query::Parameters,
    refusal::provider_error,
    report,
};
use crate::{
    error::{CallbackProblem, SignInError},
    events::RequestFacts,
    identity::Identity,
    random,
    session::{ActiveSession, CurrentSession},
    silent::{SilentResult, heard, wanted},
    transaction::Transaction,
};

/// Begins a check, for a frame that a page of this site has loaded. Fetch Metadata has to say so: a browser that does not send
/// it, another site, or a person who goes there gets nothing.
pub(super) async fn begin(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let Some(budget) = identity.budget() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !is_framed_by_us(&headers) || is_prefetch(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(session) = session else {
        return page(&identity, SilentResult::Unknown);
    };
    let from = RequestFacts::of(&headers, request.extensions()).ip;
    if !budget.take(&session.handle, from).await {
        return page(&identity, SilentResult::Later);
    }
    leave(&identity, &headers, wanted(&identity, &session), from).await.unwrap_or_else(|error| {
        report(&error, "asking the authority silently");
        page(&identity, SilentResult::Unknown)
    })
}

/// Ends a check. `current` is who is signed in here by now.
pub(super) async fn complete(
    identity: &Identity,
    current: Option<&ActiveSession>,
    parameters: &Parameters,
    transaction: &Transaction,
) -> Response {
    let found = verdict(identity, current, parameters, transaction).await.unwrap_or_else(|error| {
        report(&error, "asking the authority silently");
        SilentResult::Unknown
    });
    page(identity, found)
}

/// Tokens that come with the answer are dropped: what is kept is from a sign-in that the person knows of.
async fn verdict(
    identity: &Identity,
    current: Option<&ActiveSession>,
    parameters: &Parameters,
    transaction: &Transaction,
) -> Result<SilentResult, SignInError> {
    let flow = identity.flow();
    let answering = flow.answering(transaction, parameters.get("iss").map(String::as_str)).await?;
    // Of another session than the one that asked it says nothing.
    let Some(current) = current.filter(|current| transaction.session.as_ref() == Some(&current.handle)) else {
        return Ok(SilentResult::Unknown);
    };
    if let Some(word) = parameters.get("error") {
        let found = SilentResult::of_refusal(&provider_error(word, parameters));
        return Ok(heard(identity, current, found).await?);
    }
    let code = parameters.get("code").filter(|code| !code.is_empty()).ok_or(CallbackProblem::CodeMissing)?;
    let (principal, _) = flow.complete(transaction, &answering, code).await?;
    let here = &current.principal;
    let same = (&principal.account, principal.tenant_id) == (&here.account, here.tenant_id);
    let found = if same { SilentResult::Same } else { SilentResult::Other };
    Ok(heard(identity, current, found).await?)
}

/// The answer to a callback in a frame that belongs to no check: the page that waits is told so, rather than left waiting.
pub(super) fn lost(identity: &Identity, headers: &HeaderMap) -> Option<Response> {
    (identity.budget().is_some() && is_frame(headers)).then(|| page(identity, SilentResult::Unknown))
}

fn is_frame(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_some_and(|dest| dest == "iframe")
}

fn is_framed_by_us(headers: &HeaderMap) -> bool {
    let says = |name: &str, word: &str| headers.get(name).is_some_and(|value| value == word);
    is_frame(headers) && says("sec-fetch-mode", "navigate") && says("sec-fetch-site", "same-origin")
}

/// The last page of the frame. It speaks to pages of this origin only, by the channel: never by `window.opener` or
/// `window.parent`, which may be somebody else.
fn page(identity: &Identity, result: SilentResult) -> Response {
    let Ok(nonce) = random::token() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let (channel, word) = (identity.silent_channel(), result.as_str());
    let script = format!("new BroadcastChannel(\"{channel}\").postMessage({{result:\"{word}\"}})");
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Session check</title></head>\
         <body><script nonce=\"{nonce}\">{script}</script></body></html>"
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    );
    let mut response = Html(html).into_response();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
