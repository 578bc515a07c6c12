//! Where the numbers are noted.

use ::metrics::{counter, histogram};
use tokio::time::Instant;

use super::{
    AUTHORITY_REQUEST, BEARER_VALIDATION, METADATA_FETCHES, TOKEN_ACQUISITION, TOKEN_FENCED, TOKEN_LEASE_WAIT,
    TOKEN_REFRESH,
};
use crate::{
    bearer::{BearerPrincipal, BearerRefusal},
    error::UpstreamError,
    tokens::{AccessToken, AcquireError, TokenSource},
};

const OK: &str = "ok";

type Acquired = Result<AccessToken, AcquireError>;

/// Somebody asked for a token.
pub(crate) fn acquired(outcome: &Acquired, began: Instant) {
    let (source, outcome) = match outcome {
        Ok(token) => (token.source().as_str(), OK),
        Err(error) => ("none", error.code()),
    };
    histogram!(TOKEN_ACQUISITION, "source" => source, "outcome" => outcome).record(began.elapsed());
}

/// A refresh has come to its end.
pub(crate) fn refreshed(ahead: bool, outcome: &Acquired, began: Instant) {
    let outcome = match outcome {
        Ok(token) if token.source() == TokenSource::Authority => OK,
        Ok(_) => "found",
        Err(error) => error.code(),
    };
    histogram!(TOKEN_REFRESH, "ahead" => yes(ahead), "outcome" => outcome).record(began.elapsed());
}

/// A turn at refreshing was given up.
pub(crate) fn fenced(reason: &'static str) {
    counter!(TOKEN_FENCED, "reason" => reason).increment(1);
}

/// A caller's token was checked.
pub(crate) fn validated(seen: bool, outcome: Result<&BearerPrincipal, &BearerRefusal>, began: Instant) {
    let outcome = outcome.map_or_else(|refusal| refusal.code().as_str(), |_| OK);
    histogram!(BEARER_VALIDATION, "seen" => yes(seen), "outcome" => outcome).record(began.elapsed());
}

/// The authority has answered, or has not.
pub(crate) fn answered<T>(endpoint: &'static str, outcome: &Result<T, UpstreamError>, began: Instant) {
    let outcome = match outcome {
        Ok(_) => "answered",
        Err(UpstreamError::Throttled { .. }) => "throttled",
        Err(UpstreamError::Status { .. }) => "failed",
        Err(UpstreamError::Unreachable { .. }) => "unreachable",
        Err(UpstreamError::Unreadable { .. } | UpstreamError::Metadata { .. }) => "unreadable",
    };
    histogram!(AUTHORITY_REQUEST, "endpoint" => endpoint, "outcome" => outcome).record(began.elapsed());
}

/// A document of the authority was fetched, or was not.
pub(crate) fn fetched<T>(document: &'static str, outcome: Result<T, UpstreamError>) -> Result<T, UpstreamError> {
    let word = if outcome.is_ok() { OK } else { "failed" };
    counter!(METADATA_FETCHES, "document" => document, "outcome" => word).increment(1);
    outcome
}

fn yes(whether: bool) -> &'static str {
    if whether { "yes" } else { "no" }
}

/// A wait for somebody else's lease, noted when it ends, however it does.
#[derive(Default)]
pub(crate) struct LeaseWait(Option<Instant>);

impl LeaseWait {
    /// Somebody else has it.
    pub(crate) fn goes_on(&mut self) {
        self.0.get_or_insert_with(Instant::now);
    }

    /// It is ours.
    pub(crate) fn is_over(&mut self) {
        if let Some(began) = self.0.take() {
            histogram!(TOKEN_LEASE_WAIT).record(began.elapsed());
        }
    }
}

impl Drop for LeaseWait {
    fn drop(&mut self) {
        self.is_over();
    }
}
