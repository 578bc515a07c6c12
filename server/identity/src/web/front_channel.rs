//! `GET /auth/front-channel-logout?iss=&sid=`: the authority's sign-out page loads it in a frame (OpenID Connect
//! Front-Channel Logout 1.0). The browser's cookie hardly ever comes along, so the sessions are found by what the authority
//! names them by.

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

use super::{query, report};
use crate::{
    error::SignInError,
    events::RequestFacts,
    identity::Identity,
    session::{EndReason, SessionError},
    to_the_end::to_the_end,
};

/// Ids of sessions are GUIDs or a few dozen characters.
const LONGEST_SID: usize = 256;

/// Ends all sessions that began in the authority's session `sid` of the issuer `iss`. Both are needed, and only together do
/// they name anything: they come from verified ID tokens, so an issuer that nobody vouches for has no sessions here.
///
/// Anybody may ask; who cannot name a session ends none, and the answer is the same either way.
pub(super) async fn end(State(identity): State<Identity>, RawQuery(raw): RawQuery, request: Request) -> Response {
    let facts = RequestFacts::of(request.headers(), request.extensions());
    let parameters = query::parse(raw.as_deref()).unwrap_or_default();
    if let Some((issuer, sid)) = named(&identity, &parameters) {
        let (sessions, issuer, sid) = (identity.sessions().clone(), issuer.to_owned(), sid.to_owned());
        // The page with the frame may be closed before it is answered.
        let end = async move { sessions.end_sid(&issuer, &sid, EndReason::FrontChannel, &facts).await };
        if let Err(error) = to_the_end(end).await {
            return unavailable(error);
        }
    }
    let mut response = StatusCode::OK.into_response();
    if let Ok(policy) = HeaderValue::try_from(policy(&identity.form_action_sources())) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The session of the authority that is named, if there could be such a one: what somebody has made up is not to be written
/// down.
fn named<'p>(identity: &Identity, parameters: &'p BTreeMap<String, String>) -> Option<(&'p str, &'p str)> {
    let (issuer, sid) = (parameters.get("iss")?, parameters.get("sid")?);
    let possible = identity.flow().config().authority.signs_in_as(issuer) && (1..=LONGEST_SID).contains(&sid.len());
    possible.then_some((issuer, sid))
}

/// The one answer of the site that others may frame, and only the authority.
fn policy(authority: &[String]) -> String {
    format!("default-src 'none'; frame-ancestors {}", authority.join(" "))
}

fn unavailable(error: SessionError) -> Response {
    let error = SignInError::from(error);
    report(&error, "signing out for the authority");
    let (status, _, _) = error.wording();
    let mut response = status.into_response();
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
