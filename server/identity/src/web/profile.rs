//! `GET /auth/edit-profile?return_to=` and `GET /auth/reset-password?return_to=`: off to the authority's other pages. They
//! exist where Azure AD B2C policies are configured for them.

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};

use super::{
    leave::{is_prefetch, leave, may_leave},
    page::Failure,
    query, redirect,
    sign_in::{for_script, return_to},
};
use crate::{
    config::FlowKind, events::RequestFacts, flow::Wanted, identity::Identity, session::ActiveSession,
    session::CurrentSession,
};

/// Only for somebody who is signed in; anybody else signs in first.
pub(super) async fn edit(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(&headers, request.extensions());
    begin(&identity, FlowKind::EditProfile, session.as_ref(), raw.as_deref(), &headers, &facts).await
}

/// For anybody: who forgot their password cannot sign in.
pub(super) async fn reset_password(
    State(identity): State<Identity>,
    CurrentSession(session): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(&headers, request.extensions());
    begin(&identity, FlowKind::ResetPassword, session.as_ref(), raw.as_deref(), &headers, &facts).await
}

async fn begin(
    identity: &Identity,
    kind: FlowKind,
    session: Option<&ActiveSession>,
    raw: Option<&str>,
    headers: &HeaderMap,
    facts: &RequestFacts,
) -> Response {
    if !identity.flow().offers(kind) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if is_prefetch(headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let return_to = return_to(identity, &query::parse(raw).unwrap_or_default());
    if !may_leave(headers) {
        return for_script(identity, &return_to);
    }
    if kind == FlowKind::EditProfile && session.is_none() {
        return redirect(StatusCode::FOUND, &identity.sign_in_url(&return_to));
    }
    let handle = session.map(|session| session.handle.clone());
    let wanted = Wanted { session: handle, ..Wanted::new(kind, return_to.clone()) };
    match leave(identity, headers, wanted, facts.ip).await {
        Ok(response) => response,
        Err(error) => {
            let signed_in = session.is_some();
            let failure =
                Failure { error, facts, return_to: Some(&return_to), ours: false, consenting: false, signed_in };
            failure.into_page(identity).await
        }
    }
}
