//! `GET /auth/callback`: back from the authority, with a code or an error.

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use tower_sessions::Session;
use uuid::Uuid;

use super::{add_cookies, page::Failure, query, redirect};
use crate::{
    error::{CallbackProblem, ProviderError, SignInError},
    events::RequestFacts,
    identity::Identity,
    return_to::ReturnTo,
    session::{CurrentSession, SessionError},
    transaction::Transaction,
};

/// Ends the transaction and, if all is well, begins a session. Without a valid transaction nothing changes: not the
/// session that may be there, not the audit trail.
pub(super) async fn complete(
    State(identity): State<Identity>,
    CurrentSession(current): CurrentSession,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let facts = RequestFacts::of(&headers, request.extensions());
    let session = request.extensions().get::<Session>();
    let signed_in = current.is_some();

    let (parameters, transaction) = match open(&identity, raw.as_deref(), &headers).await {
        Ok(opened) => opened,
        Err(error) => {
            let failure = Failure { error, facts: &facts, return_to: None, ours: false, signed_in };
            return failure.into_page(&identity).await;
        }
    };
    let return_to = transaction.return_to.clone();
    let close = identity.cookies().close_transaction(&transaction.state);
    let mut response = match finish(&identity, session, &parameters, transaction, &facts).await {
        Ok(()) => arrived(&identity, &return_to),
        Err(error) => {
            let failure = Failure { error, facts: &facts, return_to: Some(&return_to), ours: true, signed_in };
            failure.into_page(&identity).await
        }
    };
    add_cookies(&mut response, close);
    response
}

type Parameters = BTreeMap<String, String>;

/// The query's parameters and the transaction they belong to, which from here on is used up.
async fn open(
    identity: &Identity,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<(Parameters, Transaction), SignInError> {
    let parameters = query::parse(query).ok_or(CallbackProblem::Malformed)?;
    let state = parameters.get("state").ok_or(CallbackProblem::StateMissing)?;
    let binding = identity.cookies().transaction_binding(headers, state);
    let now = identity.flow().now();
    let transaction = Transaction::take(identity.state(), identity.ring(), state, binding.as_deref(), now).await?;
    Ok((parameters, transaction))
}

/// From a valid transaction to a session.
async fn finish(
    identity: &Identity,
    session: Option<&Session>,
    parameters: &Parameters,
    transaction: Transaction,
    facts: &RequestFacts,
) -> Result<(), SignInError> {
    let session = session.ok_or(SessionError::LayerMissing)?;
    if let Some(error) = parameters.get("error") {
        return Err(provider_error(error, parameters).into());
    }
    let code = parameters.get("code").filter(|code| !code.is_empty()).ok_or(CallbackProblem::CodeMissing)?;
    let issuer = parameters.get("iss").map(String::as_str);
    let principal = identity.flow().complete(transaction, code.clone(), issuer).await?;
    identity.events().signing_in(&principal, facts).await?;
    identity.sessions().begin(session, principal, facts).await?;
    Ok(())
}

/// 303, so that reloading the page repeats neither code nor state.
fn arrived(identity: &Identity, return_to: &ReturnTo) -> Response {
    let mut response = redirect(StatusCode::SEE_OTHER, return_to.as_str());
    add_cookies(&mut response, identity.cookies().unmark_signed_out());
    response
}

/// Entra puts its number into `error_uri`, as `code=`.
fn provider_error(error: &str, parameters: &Parameters) -> ProviderError {
    let number = parameters
        .get("error_uri")
        .and_then(|uri| url::Url::parse(uri).ok())
        .and_then(|uri| uri.query_pairs().find(|(name, _)| name == "code").and_then(|(_, number)| number.parse().ok()));
    let id = |name: &str| parameters.get(name).and_then(|text| Uuid::try_parse(text).ok());
    ProviderError {
        error: ProviderError::known_error(error),
        suberror: parameters.get("suberror").and_then(|word| ProviderError::known_suberror(word)),
        codes: number.into_iter().collect(),
        correlation_id: id("correlation_id"),
        trace_id: id("trace_id"),
    }
}
