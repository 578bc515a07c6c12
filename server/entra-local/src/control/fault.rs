//! Which requests the failures ordered by a test are for, and for how long.

use super::{Control, Endpoint, Failure};

/// How often a failure happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// For this many requests.
    Next(u32),
    /// Until [`Control::stop_failing`] or [`Control::reset`].
    UntilTakenBack,
}

/// A failure and what it waits for.
#[derive(Debug)]
pub(super) struct Fault {
    endpoint: Endpoint,
    /// At the token endpoint, only requests of this grant type.
    grant_type: Option<String>,
    times: Times,
    pub(super) failure: Failure,
}

impl Fault {
    pub(super) fn fits(&self, endpoint: Endpoint, grant_type: Option<&str>) -> bool {
        self.endpoint == endpoint && self.grant_type.as_deref().is_none_or(|wanted| grant_type == Some(wanted))
    }

    /// Counts one use; whether that was the last.
    pub(super) fn use_up(&mut self) -> bool {
        match &mut self.times {
            Times::Next(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            Times::UntilTakenBack => false,
        }
    }
}

impl Control {
    /// Fails the next request to `endpoint`, which then does nothing else, or delays it. Several calls fail as many, in
    /// order.
    pub fn fail_next(&self, endpoint: Endpoint, failure: Failure) {
        self.fail(endpoint, failure, Times::Next(1));
    }

    /// Fails requests to `endpoint`.
    pub fn fail(&self, endpoint: Endpoint, failure: Failure, times: Times) {
        self.order(Fault { endpoint, grant_type: None, times, failure });
    }

    /// Fails requests of one `grant_type` to the token endpoint.
    pub fn fail_grant(&self, grant_type: &str, failure: Failure, times: Times) {
        self.order(Fault { endpoint: Endpoint::Token, grant_type: Some(grant_type.to_owned()), times, failure });
    }

    /// Takes back the failures of `endpoint` and lets go of requests that were left hanging, everywhere.
    pub fn stop_failing(&self, endpoint: Endpoint) {
        self.failures.with(|failures| failures.retain(|fault| fault.endpoint != endpoint));
        self.release();
    }

    pub(super) fn order(&self, fault: Fault) {
        if fault.times != Times::Next(0) {
            self.failures.with(|failures| failures.push(fault));
        }
    }

    /// Lets requests that hang go on.
    pub(crate) fn release(&self) {
        self.hanging.notify_waiters();
    }

    pub(super) async fn hang(&self) {
        self.hanging.notified().await;
    }
}
