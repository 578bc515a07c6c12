//! `GET /auth/admin-consent?return_to=` and its callback: an administrator approves the application for a tenant.

use std::net::IpAddr;

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use super::{
    add_cookies,
    leave::{is_prefetch, leave, may_leave},
    page::Failure,
    query, redirect,
    refusal::provider_error,
    sign_in::return_to,
};
use crate::{
    admin_consent::ConsentRequest,
    config::FlowKind,
    error::{CallbackProblem, SignInError},
    events::RequestFacts,
    flow::Wanted,
    identity::Identity,
    random,
    return_to::ReturnTo,
    session::{ActiveSession, CurrentSession},
};

/// Remembers the browser and sends it to the authority. Only for navigations, as a sign-in.
pub(super) async fn begin(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(&headers, request.extensions());
    if is_prefetch(&headers) || !may_leave(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let parameters = query::parse(raw.as_deref()).unwrap_or_default();
    match start(&identity, &headers, return_to(&identity, &parameters), facts.ip).await {
        Ok(Some(response)) => response,
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            let signed_in = session.is_some();
            Failure { error, facts: &facts, return_to: None, ours: false, consenting: true, signed_in }
                .into_page(&identity)
                .await
        }
    }
}

async fn start(
    identity: &Identity,
    headers: &HeaderMap,
    return_to: ReturnTo,
    from: Option<IpAddr>,
) -> Result<Option<Response>, SignInError> {
    let (state, binding, now) = (random::token()?, random::token()?, identity.flow().now());
    let Some(url) = identity.flow().config().admin_consent_url(&state) else {
        return Ok(None);
    };
    let record = ConsentRequest { return_to, created_at: now };
    record.store(identity.state(), identity.ring(), &state, &binding).await?;
    if let Some(budget) = identity.budget() {
        budget.spend_flow(from).await;
    }
    let mut response = redirect(StatusCode::FOUND, url.as_str());
    add_cookies(&mut response, identity.cookies().open_transaction(headers, &state, &binding, now.unix_timestamp()));
    Ok(Some(response))
}

/// Back from the authority. What the answer says is worth no more than a hint: it leads to a sign-in at that tenant.
pub(super) async fn complete(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(&headers, request.extensions());
    match finish(&identity, session.as_ref(), raw.as_deref(), &headers, facts.ip).await {
        Ok(response) => response,
        Err((error, ours)) => {
            let signed_in = session.is_some();
            Failure { error, facts: &facts, return_to: None, ours, consenting: ours, signed_in }
                .into_page(&identity)
                .await
        }
    }
}

/// The second half of an error says whether it belongs to a request that this browser had open.
async fn finish(
    identity: &Identity,
    session: Option<&ActiveSession>,
    query: Option<&str>,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Result<Response, (SignInError, bool)> {
    let foreign = |error: SignInError| (error, false);
    let ours = |error: SignInError| (error, true);
    let parameters = query::parse(query).ok_or(foreign(CallbackProblem::Malformed.into()))?;
    let state = parameters.get("state").ok_or(foreign(CallbackProblem::StateMissing.into()))?;
    let now = identity.flow().now();
    let binding = identity.cookies().transaction_binding(headers, state).unwrap_or_default();
    let record =
        ConsentRequest::take(identity.state(), identity.ring(), state, &binding, now).await.map_err(foreign)?;

    if let Some(error) = parameters.get("error") {
        return Err(ours(provider_error(error, &parameters).into()));
    }
    let consented = parameters.get("admin_consent").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let tenant = parameters.get("tenant").filter(|text| text.len() == 36).and_then(|id| Uuid::try_parse(id).ok());
    let tenant_id = tenant.filter(|_| consented).ok_or(ours(CallbackProblem::Malformed.into()))?;

    // Straight on: `/auth/sign-in` would ask which account, because another site sent the browser here.
    let session = session.map(|session| session.handle.clone());
    let (tenant, consented) = (Some(tenant_id), Some(tenant_id));
    let wanted = Wanted { tenant, session, consented, ..Wanted::new(FlowKind::SignIn, record.return_to) };
    let mut response = leave(identity, headers, wanted, from).await.map_err(ours)?;
    add_cookies(&mut response, identity.cookies().close_transaction(state));
    Ok(response)
}
