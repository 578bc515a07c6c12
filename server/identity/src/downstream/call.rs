//! One call: at most two requests, and a span that holds neither token nor query.

use std::sync::Arc;

use http::{Request, Response, StatusCode, header};
use tracing::{Instrument, field::Empty};
use url::Url;

use super::{Authorized, DownstreamError};
use crate::{
    error::{ClaimsChallenge, ErrorClass},
    outgoing,
    tokens::{AccessToken, AcquireError, InteractionRequired, TokenRequest},
};

/// What stands for the API in failures.
const ENDPOINT: &str = "downstream API";

type Answer = Response<Vec<u8>>;

pub(super) async fn run(api: &Authorized, url: &Url, request: Request<Vec<u8>>) -> Result<Answer, DownstreamError> {
    let host = url.host_str().unwrap_or_default();
    let span = tracing::info_span!(
        "downstream",
        http.request.method = %request.method(),
        server.address = host,
        http.response.status_code = Empty,
        again = Empty,
        error = Empty,
    );
    let done = twice(api, &request).instrument(span.clone()).await;
    match &done {
        Ok(answer) => drop(span.record("http.response.status_code", answer.status().as_u16())),
        Err(error) => drop(span.record("error", error.kind())),
    }
    done
}

/// The request, and once more if its token was not good enough.
async fn twice(api: &Authorized, request: &Request<Vec<u8>>) -> Result<Answer, DownstreamError> {
    let wanted = TokenRequest::new(api.scopes.clone());
    let token = api.token(wanted.clone()).await?;
    let answer = once(api, request, &token).await?;
    if answer.status() != StatusCode::UNAUTHORIZED {
        return judge(answer);
    }
    let challenge = ClaimsChallenge::from_www_authenticate(answer.headers());
    let (wanted, why) = match challenge.clone() {
        Some(claims) => (wanted.with_claims(claims), "claims challenge"),
        None => (wanted.force_refresh(), "token refused"),
    };
    tracing::Span::current().record("again", why);
    let token = api.token(wanted).await.map_err(|error| with_claims(error, challenge))?;
    let answer = once(api, request, &token).await?;
    if answer.status() != StatusCode::UNAUTHORIZED {
        return judge(answer);
    }
    // Not even a token from just now will do, so it is not tokens that are missing.
    let claims = ClaimsChallenge::from_www_authenticate(answer.headers()).ok_or(DownstreamError::TokenRefused)?;
    Err(DownstreamError::InteractionRequired(Arc::new(InteractionRequired {
        scopes: api.scopes.clone(),
        tenant: None,
        claims: Some(claims),
        class: ErrorClass::InteractionRequired,
        error: None,
    })))
}

/// Where the authority does not say what is missing, it is what the API asked for.
fn with_claims(error: AcquireError, challenge: Option<ClaimsChallenge>) -> AcquireError {
    match error {
        AcquireError::InteractionRequired(required) if required.claims.is_none() => {
            let required = InteractionRequired { claims: challenge, ..InteractionRequired::clone(&required) };
            AcquireError::InteractionRequired(Arc::new(required))
        }
        error => error,
    }
}

async fn once(api: &Authorized, request: &Request<Vec<u8>>, token: &AccessToken) -> Result<Answer, DownstreamError> {
    let mut request = request.clone();
    let authorization = token.authorization().map_err(|_| DownstreamError::TokenRefused)?;
    request.headers_mut().insert(header::AUTHORIZATION, authorization);
    Ok(outgoing::send(api.identity.flow().http(), ENDPOINT, request).await?)
}

/// A success, or "not modified", which whoever asked for it can read.
fn judge(answer: Answer) -> Result<Answer, DownstreamError> {
    let status = answer.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return Ok(answer);
    }
    Err(DownstreamError::Refused { status })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn not_modified_is_an_answer_and_a_redirect_is_none() {
        let judged = |status: StatusCode| judge(Response::builder().status(status).body(Vec::new()).unwrap());
        for status in [StatusCode::OK, StatusCode::NOT_MODIFIED] {
            assert_eq!(judged(status).unwrap().status(), status);
        }
        let status = StatusCode::FOUND;
        assert!(matches!(judged(status), Err(DownstreamError::Refused { status: said }) if said == status));
    }
}
