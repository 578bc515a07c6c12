//! How signing in stands, as operators see it.

use async_trait::async_trait;
use domain::view::{QuotaView, SignInView, UsedView};
use domain::{Timestamp, TimestampError};
use identity::{Authority, BudgetUsage, Identity, Used};
use services::SignInGauge;
use services::ports::StoreError;

use crate::config::Sessions;

/// The port over the one [`Identity`] of the site.
pub struct IdentityGauge {
    identity: Identity,
    authority: String,
    sessions: Sessions,
}

impl IdentityGauge {
    /// Of a site that is set up like that.
    pub fn new(identity: Identity, authority: &Authority, sessions: Sessions) -> Self {
        let authority = authority.base().host_str().unwrap_or_default().to_owned();
        Self { identity, authority, sessions }
    }
}

#[async_trait]
impl SignInGauge for IdentityGauge {
    async fn read(&self) -> Result<SignInView, StoreError> {
        let usage = self.identity.budget_usage().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let at = Timestamp::try_from(self.identity.now());
        let at = at.map_err(|error: TimestampError| StoreError::Internal(Box::new(error)))?;
        Ok(SignInView {
            at,
            authority: self.authority.clone(),
            idle_seconds: self.sessions.idle.whole_seconds().unsigned_abs(),
            absolute_seconds: self.sessions.absolute.whole_seconds().unsigned_abs(),
            quota: usage.map(quota),
        })
    }
}

fn quota(usage: BudgetUsage) -> QuotaView {
    QuotaView { last_second: used(usage.last_second), own_requests: used(usage.own_requests) }
}

fn used(used: Used) -> UsedView {
    UsedView { used: used.used, checks_until: used.polls_until, limit: used.limit }
}
