//! `POST /auth/back-channel-logout`: the authority tells us directly, with a signed token and without any browser (OpenID
//! Connect Back-Channel Logout 1.0).

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use super::{query, report};
use crate::{
    digest::hashed,
    error::{ErrorClass, SignInError},
    events::RequestFacts,
    identity::Identity,
    session::EndReason,
    state::{Expected, PutOutcome},
    to_the_end::to_the_end,
    validator::{LoggedOut, LogoutToken},
};

/// A logout token is a few claims and a signature.
const LARGEST: usize = 8 * 1024;

/// The mark of a token that has been accepted, until all it names has ended: should anything fail on the way, the token may
/// be sent again and ends the rest.
const PENDING: &[u8] = b"pending";
/// The mark of a token that is used up.
const DONE: &[u8] = b"done";

/// Why nothing, or not everything, was ended.
enum Failure {
    /// The request is no form with one `logout_token`.
    Malformed,
    /// The token has been here before.
    Replayed,
    /// The token was refused, or what it takes to check it and to end sessions is out of reach.
    Failed(SignInError),
}

impl<E: Into<SignInError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Ends the sessions that the token names. 200 if that is done, whether or not there were any; 400 with a JSON error for a
/// token that is not accepted; 503 for one that could be accepted at another time.
pub(super) async fn end(State(identity): State<Identity>, request: Request) -> Response {
    let facts = RequestFacts::of(request.headers(), request.extensions());
    let (parts, body) = request.into_parts();
    match handle(identity, &parts.headers, body, facts).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(failure) => failure.into_response(),
    }
}

async fn handle(identity: Identity, headers: &HeaderMap, body: Body, facts: RequestFacts) -> Result<(), Failure> {
    let token = logout_token(headers, body).await.ok_or(Failure::Malformed)?;
    let token = identity.flow().logout_token(&token).await?;
    // An authority that waits no longer need not come again for the rest.
    to_the_end(async move { use_up(&identity, token, &facts).await }).await
}

async fn use_up(identity: &Identity, token: LogoutToken, facts: &RequestFacts) -> Result<(), Failure> {
    let seen = mark_of(&token);
    let (state, until) = (identity.state(), token.useless_from);
    if state.put(&seen, PENDING, until, Expected::Absent).await? == PutOutcome::Conflict
        && state.get(&seen).await?.is_some_and(|mark| mark.value == DONE)
    {
        return Err(Failure::Replayed);
    }
    close(identity, token, facts).await?;
    let _ = state.put(&seen, DONE, until, Expected::Any).await?;
    Ok(())
}

/// Where it is noted that a token has been here. A `jti` is unique among those of its issuer only (RFC 7519 section 4.1.7).
fn mark_of(token: &LogoutToken) -> String {
    format!("logout-token:{}", hashed(&[token.issuer.as_bytes(), token.id.as_bytes()]))
}

async fn close(identity: &Identity, token: LogoutToken, facts: &RequestFacts) -> Result<(), Failure> {
    let (sessions, reason) = (identity.sessions(), EndReason::BackChannel);
    match token.whose {
        LoggedOut::Session(sid) => sessions.end_sid(&token.issuer, &sid, reason, facts).await?,
        LoggedOut::Account(account) => sessions.end_account(&account, reason, facts).await?,
    };
    Ok(())
}

/// The one `logout_token` of a form.
async fn logout_token(headers: &HeaderMap, body: Body) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let form = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
    let body = to_bytes(body, LARGEST).await.ok().filter(|_| form)?;
    query::parse(Some(std::str::from_utf8(&body).ok()?))?.remove("logout_token")
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, error, description) = match &self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "invalid_request", "a form with one logout_token is expected"),
            Self::Replayed => (StatusCode::BAD_REQUEST, "invalid_request", "the token has been used"),
            Self::Failed(error) if matches!(error.class(), ErrorClass::Transient | ErrorClass::Throttled) => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again later")
            }
            Self::Failed(_) => (StatusCode::BAD_REQUEST, "invalid_request", "the token is not accepted"),
        };
        let mut response = (status, Json(json!({ "error": error, "error_description": description }))).into_response();
        if let Self::Failed(error) = &self {
            match error {
                // Anybody can send a token that is none: nothing an operator could do something about.
                SignInError::Token(cause) => tracing::warn!(%cause, "a logout token was refused"),
                _ => drop(report(error, "signing out for the authority")),
            }
            if let Some(seconds) = error.retry_after() {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn a_token_is_no_other_issuers_and_no_other_token_of_its_own() {
        let mark = |issuer: &str, id: &str| {
            let whose = LoggedOut::Session("s".to_owned());
            let useless_from = OffsetDateTime::UNIX_EPOCH;
            mark_of(&LogoutToken { issuer: issuer.to_owned(), whose, id: id.to_owned(), useless_from })
        };
        assert_eq!(mark("https://one.example", "1"), mark("https://one.example", "1"));
        assert_ne!(mark("https://one.example", "1"), mark("https://two.example", "1"));
        assert_ne!(mark("https://one.example", "1"), mark("https://one.example", "2"));
    }
}
