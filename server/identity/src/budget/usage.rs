//! How much of the budget is used, for operators.

use super::meter::{Meter, Reading};
use crate::{identity::Identity, state::StateError};

/// What this site has asked of its authority, by the count of all replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetUsage {
    /// Requests at the authority's tenant within the last second: of people's browsers and of this site.
    pub last_second: Used,
    /// This site's own requests, from what counts as one address, within the last five minutes.
    pub own_requests: Used,
}

/// A quota and what is used of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Requests. Counted in halves of the span, so up to half a span too many are in it and never one too few.
    pub used: u64,
    /// With so many polls are refused.
    pub polls_until: u64,
    /// With so many the authority may refuse anybody.
    pub limit: u64,
}

impl Used {
    pub(super) fn of(meter: &Meter, reading: &Reading) -> Self {
        Self { used: reading.earlier + reading.current, polls_until: meter.half(), limit: meter.quota.into() }
    }
}

impl Identity {
    /// How much of the authority's quota this site uses; none where silent checks are off, and nothing is counted.
    ///
    /// # Errors
    /// When shared state does not answer.
    pub async fn budget_usage(&self) -> Result<Option<BudgetUsage>, StateError> {
        match self.budget() {
            Some(budget) => Ok(Some(budget.usage().await?)),
            None => Ok(None),
        }
    }
}
