//! `GET /auth/sign-in?return_to=&prompt=`: off to the authority.

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};

use super::{add_cookies, page::Failure, query, redirect};
use crate::{
    error::SignInError, events::RequestFacts, flow::Prompt, identity::Identity, return_to::ReturnTo,
    session::CurrentSession,
};

/// Begins a transaction and redirects. Only for navigations: a prefetch or a script must not open sign-ins.
pub(super) async fn begin(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    if !may_begin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let parameters = query::parse(raw.as_deref()).unwrap_or_default();
    let return_to = parameters.get("return_to").and_then(|text| text.parse::<ReturnTo>().ok());
    let return_to = return_to.unwrap_or_else(|| identity.default_return_to().clone());
    let signed_out = identity.cookies().is_marked_signed_out(&headers).then_some(Prompt::SelectAccount);
    let prompt = parameters.get("prompt").and_then(|text| Prompt::from_parameter(text)).or(signed_out);

    match start(&identity, &headers, return_to.clone(), prompt).await {
        Ok(response) => response,
        Err(error) => {
            let facts = RequestFacts::of(&headers, request.extensions());
            let signed_in = session.is_some();
            let failure = Failure { error, facts: &facts, return_to: Some(&return_to), ours: false, signed_in };
            failure.into_page(&identity).await
        }
    }
}

async fn start(
    identity: &Identity,
    headers: &HeaderMap,
    return_to: ReturnTo,
    prompt: Option<Prompt>,
) -> Result<Response, SignInError> {
    let (url, transaction) = identity.flow().begin(return_to, prompt).await?;
    transaction.store(identity.state(), identity.ring()).await?;
    let mut response = redirect(StatusCode::FOUND, url.as_str());
    let now = identity.flow().now().unix_timestamp();
    let cookies = identity.cookies().open_transaction(headers, &transaction.state, transaction.binding(), now);
    add_cookies(&mut response, cookies);
    Ok(response)
}

/// By Fetch Metadata, where the browser sends it.
fn may_begin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let prefetch = text("sec-purpose").or_else(|| text("purpose")).is_some_and(|purpose| purpose.contains("prefetch"));
    !prefetch && text("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}
