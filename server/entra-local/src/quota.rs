//! B2C's service limits (Microsoft Learn, "Azure Active Directory B2C service limits and restrictions"): 200 requests a
//! second for a tenant, and 6,000 in five minutes for each address that calls a tenant. Here every caller has the address
//! of this machine. A user flow costs several requests.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicBool, Ordering},
};

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::shared::Shared;

const PER_SECOND: u32 = 200;
const PER_FIVE_MINUTES: u32 = 6_000;
const SECOND: Duration = Duration::SECOND;
const FIVE_MINUTES: Duration = Duration::minutes(5);

/// What one request counts for: token, metadata, keys, sign-out.
pub(crate) const REQUEST: u32 = 1;
/// Sign-in, password reset, profile editing.
pub(crate) const USER_FLOW: u32 = 4;
/// What a sign-up costs above a sign-in.
pub(crate) const SIGN_UP_EXTRA: u32 = 2;

/// How much of a tenant's quota is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUsed {
    /// Within the last second, of 200.
    pub last_second: u32,
    /// Within the last five minutes, of 6,000.
    pub last_five_minutes: u32,
}

/// The requests of the last five minutes.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    requests: Shared<VecDeque<(OffsetDateTime, Uuid, u32)>>,
    enforced: AtomicBool,
}

impl Quota {
    pub(crate) fn enforce(&self, enforced: bool) {
        self.enforced.store(enforced, Ordering::SeqCst);
    }

    /// Counts a request of this cost.
    ///
    /// # Errors
    /// If limits are enforced and one is reached: the seconds until it makes sense to come again.
    pub(crate) fn take(&self, tenant: Uuid, cost: u32, now: OffsetDateTime) -> Result<(), i64> {
        let used = self.used(tenant, now);
        if self.enforced.load(Ordering::SeqCst) {
            if used.last_five_minutes + cost > PER_FIVE_MINUTES {
                let oldest = self.requests.with(|requests| {
                    requests.iter().find(|(_, whose, _)| *whose == tenant).map_or(now, |(at, ..)| *at)
                });
                return Err((oldest + FIVE_MINUTES - now).whole_seconds().max(1));
            }
            if used.last_second + cost > PER_SECOND {
                return Err(1);
            }
        }
        self.spend(tenant, cost, now);
        Ok(())
    }

    /// Counts requests, whatever the limits say.
    pub(crate) fn spend(&self, tenant: Uuid, cost: u32, now: OffsetDateTime) {
        self.requests.with(|requests| requests.push_back((now, tenant, cost)));
    }

    /// Nothing has been asked for, and nothing is refused.
    pub(crate) fn reset(&self) {
        self.enforce(false);
        self.requests.with(VecDeque::clear);
    }

    pub(crate) fn used(&self, tenant: Uuid, now: OffsetDateTime) -> QuotaUsed {
        self.requests.with(|requests| {
            requests.retain(|(at, ..)| *at > now - FIVE_MINUTES);
            let within = |span: Duration| {
                let counted = requests.iter().filter(|(at, whose, _)| *whose == tenant && *at > now - span);
                counted.map(|(.., cost)| cost).sum()
            };
            QuotaUsed { last_second: within(SECOND), last_five_minutes: within(FIVE_MINUTES) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
    const TENANT: Uuid = Uuid::from_u128(7);

    #[test]
    fn both_windows_move_on() {
        let quota = Quota::default();
        assert_eq!(quota.take(TENANT, 4, NOW), Ok(()));
        assert_eq!(quota.used(TENANT, NOW), QuotaUsed { last_second: 4, last_five_minutes: 4 });
        let later = NOW + Duration::SECOND;
        assert_eq!(quota.used(TENANT, later), QuotaUsed { last_second: 0, last_five_minutes: 4 });
        assert_eq!(quota.used(TENANT, NOW + FIVE_MINUTES).last_five_minutes, 0);
        assert_eq!(quota.used(Uuid::from_u128(8), NOW).last_five_minutes, 0);
    }

    #[test]
    fn limits_hold_only_when_enforced() {
        let quota = Quota::default();
        for _ in 0..50 {
            assert_eq!(quota.take(TENANT, 4, NOW), Ok(()));
        }
        assert_eq!(quota.take(TENANT, 1, NOW), Ok(()));
        quota.enforce(true);
        assert_eq!(quota.take(TENANT, 1, NOW), Err(1));
        assert_eq!(quota.take(TENANT, 1, NOW + Duration::SECOND), Ok(()));
        assert_eq!(quota.take(TENANT, 6_000, NOW + Duration::seconds(2)), Err(298));
    }
}
