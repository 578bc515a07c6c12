//! What whoever runs the site sees of it.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How signing in is set up, for whoever runs the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// As of when.
    pub at: Timestamp,
    /// The host where accounts are kept.
    pub authority: String,
    /// A session ends after so many seconds without use.
    pub idle_seconds: u64,
    /// And after so many in any case.
    pub absolute_seconds: u64,
    /// What the provider has been asked of late; none where silent checks are off, and nothing is counted.
    pub quota: Option<QuotaView>,
}

/// What this site has caused at the provider where people sign in, by the count of all replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaView {
    /// Requests of people's browsers and of the site within the last second.
    pub last_second: UsedView,
    /// Requests of the site itself within the last five minutes.
    pub own_requests: UsedView,
}

/// A quota and what is used of it, in requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedView {
    /// So many.
    pub used: u64,
    /// With so many silent checks wait.
    pub checks_until: u64,
    /// With so many the provider may refuse anybody.
    pub limit: u64,
}
