//! Levers in JSON, for tests in other processes and other languages.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

use super::{Answer, Control, Endpoint, Failure, Times, known};
use crate::{claims::AuthenticationContext, keys::KeyError, scenario::Access, tamper::Tamper};

/// One order: `{"do": "…", …}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Order {
    /// The next request to the endpoint fails.
    Fail(FailureOrder),
    /// The next pages are answered.
    Answer { answers: Vec<Answer> },
    /// The next ID token is spoiled.
    Tamper { tamper: Tamper },
    /// A new key signs. `at_once` takes the old ones out of the key set.
    RotateKeys {
        #[serde(default)]
        at_once: bool,
    },
    /// The clock is this far ahead of the system's.
    SetClock { offset_seconds: i64 },
    /// What conditional access asks of a person.
    SetAccess { username: String, access: Access },
    /// Whether an application's secret has expired.
    ExpireSecret {
        client_id: Uuid,
        #[serde(default = "yes")]
        expired: bool,
    },
    /// How long access tokens live and after how long they ask to be refreshed; as at Entra where a time is left out.
    SetTokenLife { access_seconds: Option<u32>, refresh_in_seconds: Option<u32> },
    /// Ends the refresh tokens that a person has now.
    EndRefreshTokens { username: String, by: End },
    /// How often a person must sign in; no longer, if it is left out.
    SetSignInFrequency { username: String, seconds: Option<u32> },
    /// The authentication context that a person's tokens must have; none, if it is left out.
    DemandContext { username: String, context: Option<AuthenticationContext> },
    /// Graph challenges the tokens that a person has now.
    CriticalEvent { username: String },
    /// What becomes of refresh tokens when they are used.
    SetRotation {
        #[serde(default)]
        strict: bool,
        #[serde(default)]
        withheld: bool,
    },
    /// Takes back the failures of an endpoint.
    StopFailing { endpoint: Endpoint },
    /// Forgets the record of token requests.
    ForgetTokenRequests {},
    /// Whether requests above B2C's quota are refused.
    EnforceQuota { enforced: bool },
    /// Others used up this much of a B2C tenant's quota.
    SpendQuota { tenant: Uuid, requests: u32 },
    /// Forgets every failure, answer and tampering that still waits, and puts clock, policies and secrets back.
    Reset {},
}

/// What ends a refresh token.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    Revocation,
    Expiry,
}

fn yes() -> bool {
    true
}

/// A failure in JSON: an AADSTS number (`code`), a B2C number (`b2c`), a code of Graph (`graph`), an answer of another shape (`body`), or a delay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FailureOrder {
    endpoint: Endpoint,
    code: Option<u32>,
    b2c: Option<u32>,
    /// Microsoft Graph's error code.
    graph: Option<String>,
    /// The OAuth error, where it is not the one that goes with the number.
    error: Option<String>,
    status: Option<u16>,
    suberror: Option<String>,
    claims: Option<String>,
    body: Option<String>,
    content_type: Option<String>,
    retry_after: Option<u32>,
    #[serde(default)]
    delay_ms: u64,
    /// No answer at all.
    #[serde(default)]
    hang: bool,
    /// At the token endpoint, only requests of this grant type.
    grant_type: Option<String>,
    /// How many requests fail; without it, one.
    times: Option<u32>,
    /// Whether requests fail until the order is taken back.
    #[serde(default)]
    always: bool,
}

/// Why an order was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OrderError {
    #[error("status {0} is no HTTP status")]
    Status(u16),
    #[error("an answer is one of `code`, `b2c`, `graph` and `body`")]
    SeveralAnswers,
    #[error("only the token endpoint has requests with a `grant_type`")]
    GrantType,
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl FailureOrder {
    fn failure(self) -> Result<Failure, OrderError> {
        let answers = [self.code.is_some(), self.b2c.is_some(), self.graph.is_some(), self.body.is_some()];
        if answers.into_iter().filter(|given| *given).count() > 1 {
            return Err(OrderError::SeveralAnswers);
        }
        let status = self.status.map(|status| StatusCode::from_u16(status).map_err(|_| OrderError::Status(status)));
        let status = status.transpose()?;
        let mut failure = match (self.code, self.b2c, self.body) {
            _ if let Some(code) = &self.graph => Failure::graph(status.unwrap_or(StatusCode::TOO_MANY_REQUESTS), code),
            (Some(code), ..) => {
                let class = known::class_of(code);
                let error = self.error.as_deref().unwrap_or(class.error);
                let failure = Failure::sts(status.unwrap_or(class.status), error, code);
                match class.suberror {
                    Some(suberror) => failure.with_suberror(suberror),
                    None => failure,
                }
            }
            (_, Some(code), _) => Failure::b2c(self.error.as_deref().unwrap_or("access_denied"), code),
            (.., Some(text)) => {
                let content_type = self.content_type.as_deref().unwrap_or("text/plain");
                Failure::raw(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), content_type, &text)
            }
            (None, None, None) if self.hang => Failure::hang(),
            (None, None, None) => match status {
                Some(status) => Failure::raw(status, "text/plain", ""),
                None => Failure::late(Duration::ZERO),
            },
        };
        if let Some(suberror) = &self.suberror {
            failure = failure.with_suberror(suberror);
        }
        if let Some(claims) = &self.claims {
            failure = failure.with_claims(claims);
        }
        if let Some(seconds) = self.retry_after {
            failure = failure.with_retry_after(seconds);
        }
        Ok(failure.after(Duration::from_millis(self.delay_ms)))
    }
}

impl Control {
    pub(crate) fn carry_out(&self, order: Order) -> Result<(), OrderError> {
        match order {
            Order::Fail(order) => self.order_failure(order)?,
            Order::Answer { answers } => answers.into_iter().for_each(|answer| self.answer_next(answer)),
            Order::Tamper { tamper } => self.tamper_next_id_token(tamper),
            Order::RotateKeys { at_once: false } => drop(self.rotate_keys()?),
            Order::RotateKeys { at_once: true } => drop(self.replace_keys()?),
            Order::SetClock { offset_seconds } => self.set_clock_offset(time::Duration::seconds(offset_seconds)),
            Order::SetAccess { username, access } => self.set_access(&username, access),
            Order::ExpireSecret { client_id, expired } => self.expire_secret(client_id, expired),
            Order::SetTokenLife { access_seconds, refresh_in_seconds } => {
                let span = |seconds: u32| time::Duration::seconds(seconds.into());
                self.set_access_token_life(access_seconds.map(span));
                self.set_refresh_in(refresh_in_seconds.map(span));
            }
            Order::EndRefreshTokens { username, by: End::Revocation } => self.revoke_refresh_tokens(&username),
            Order::EndRefreshTokens { username, by: End::Expiry } => self.expire_refresh_tokens(&username),
            Order::SetSignInFrequency { username, seconds } => {
                self.set_sign_in_frequency(&username, seconds.map(|seconds| time::Duration::seconds(seconds.into())));
            }
            Order::DemandContext { username, context } => self.demand_context(&username, context),
            Order::CriticalEvent { username } => self.critical_event(&username),
            Order::SetRotation { strict, withheld } => {
                self.rotate_strictly(strict);
                self.withhold_refresh_tokens(withheld);
            }
            Order::StopFailing { endpoint } => self.stop_failing(endpoint),
            Order::ForgetTokenRequests {} => self.forget_token_requests(),
            Order::EnforceQuota { enforced } => self.enforce_quota(enforced),
            Order::SpendQuota { tenant, requests } => self.spend_quota(tenant, requests),
            Order::Reset {} => self.reset(),
        }
        Ok(())
    }

    fn order_failure(&self, order: FailureOrder) -> Result<(), OrderError> {
        let (endpoint, grant_type) = (order.endpoint, order.grant_type.clone());
        let times = if order.always { Times::UntilTakenBack } else { Times::Next(order.times.unwrap_or(1)) };
        let failure = order.failure()?;
        match grant_type {
            None => self.fail(endpoint, failure, times),
            Some(grant_type) if endpoint == Endpoint::Token => self.fail_grant(&grant_type, failure, times),
            Some(_) => return Err(OrderError::GrantType),
        }
        Ok(())
    }
}
