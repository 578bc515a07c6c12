//! B2C's service limits (Microsoft Learn, "Azure Active Directory B2C service limits and restrictions"): 200 requests a
//! second for a tenant, and 6,000 in five minutes for each address that calls a tenant. Over HTTP every caller here has the
//! address of this machine; whoever counts in virtual time says which. A user flow costs several requests.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicBool, Ordering},
};

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::shared::Shared;

const PER_SECOND: u32 = 200;
const PER_FIVE_MINUTES: u32 = 6_000;
const SECOND: Duration = Duration::SECOND;
const FIVE_MINUTES: Duration = Duration::minutes(5);

/// Where every caller over HTTP is.
pub(crate) const THIS_MACHINE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What one request counts for: token, metadata, keys, sign-out.
pub(crate) const REQUEST: u32 = 1;
/// Sign-in, password reset, profile editing.
pub(crate) const USER_FLOW: u32 = 4;
/// What a sign-up costs above a sign-in.
pub(crate) const SIGN_UP_EXTRA: u32 = 2;

/// How much of a tenant's quota is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUsed {
    /// By everybody within the last second, of 200.
    pub last_second: u32,
    /// By one address within the last five minutes, of 6,000.
    pub last_five_minutes: u32,
}

/// The count of what tenants are asked, by whichever clock the callers say.
#[derive(Debug, Default)]
pub struct Quota {
    counts: Shared<Counts>,
    enforced: AtomicBool,
}

#[derive(Debug, Default)]
struct Counts {
    tenants: HashMap<Uuid, Sliding>,
    addresses: HashMap<(Uuid, IpAddr), Sliding>,
}

/// The requests of a span that ends now, oldest first.
#[derive(Debug, Default)]
struct Sliding {
    requests: VecDeque<(OffsetDateTime, u32)>,
    sum: u32,
}

impl Sliding {
    fn used(&mut self, span: Duration, now: OffsetDateTime) -> u32 {
        while let Some((at, cost)) = self.requests.front()
            && *at <= now - span
        {
            self.sum -= cost;
            self.requests.pop_front();
        }
        self.sum
    }

    fn add(&mut self, cost: u32, now: OffsetDateTime) {
        self.requests.push_back((now, cost));
        self.sum += cost;
    }

    fn oldest(&self) -> Option<OffsetDateTime> {
        self.requests.front().map(|(at, _)| *at)
    }
}

impl Quota {
    /// Whether requests above a limit are refused.
    pub fn enforce(&self, enforced: bool) {
        self.enforced.store(enforced, Ordering::SeqCst);
    }

    /// Counts a request of this cost from this address.
    ///
    /// # Errors
    /// If limits are enforced and one is reached: the seconds until it makes sense to come again.
    pub fn take(&self, tenant: Uuid, from: IpAddr, cost: u32, now: OffsetDateTime) -> Result<(), i64> {
        let used = self.used(tenant, from, now);
        if self.enforced.load(Ordering::SeqCst) {
            if used.last_five_minutes + cost > PER_FIVE_MINUTES {
                let counted = |counts: &mut Counts| counts.addresses.get(&(tenant, from)).and_then(Sliding::oldest);
                let oldest = self.counts.with(counted).unwrap_or(now);
                return Err((oldest + FIVE_MINUTES - now).whole_seconds().max(1));
            }
            if used.last_second + cost > PER_SECOND {
                return Err(1);
            }
        }
        self.spend(tenant, from, cost, now);
        Ok(())
    }

    /// Counts requests, whatever the limits say.
    pub fn spend(&self, tenant: Uuid, from: IpAddr, cost: u32, now: OffsetDateTime) {
        self.counts.with(|counts| {
            counts.tenants.entry(tenant).or_default().add(cost, now);
            counts.addresses.entry((tenant, from)).or_default().add(cost, now);
        });
    }

    /// How much of a tenant's quota is used, by everybody and by this address.
    pub fn used(&self, tenant: Uuid, from: IpAddr, now: OffsetDateTime) -> QuotaUsed {
        self.counts.with(|counts| QuotaUsed {
            last_second: counts.tenants.get_mut(&tenant).map_or(0, |count| count.used(SECOND, now)),
            last_five_minutes: counts
                .addresses
                .get_mut(&(tenant, from))
                .map_or(0, |count| count.used(FIVE_MINUTES, now)),
        })
    }

    /// Nothing has been asked for, and nothing is refused.
    pub(crate) fn reset(&self) {
        self.enforce(false);
        self.counts.with(|counts| *counts = Counts::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
    const TENANT: Uuid = Uuid::from_u128(7);
    const HERE: IpAddr = THIS_MACHINE;
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

    #[test]
    fn both_windows_move_on() {
        let quota = Quota::default();
        assert_eq!(quota.take(TENANT, HERE, 4, NOW), Ok(()));
        assert_eq!(quota.used(TENANT, HERE, NOW), QuotaUsed { last_second: 4, last_five_minutes: 4 });
        let later = NOW + Duration::SECOND;
        assert_eq!(quota.used(TENANT, HERE, later), QuotaUsed { last_second: 0, last_five_minutes: 4 });
        assert_eq!(quota.used(TENANT, HERE, NOW + FIVE_MINUTES).last_five_minutes, 0);
        assert_eq!(quota.used(Uuid::from_u128(8), HERE, NOW).last_five_minutes, 0);
    }

    #[test]
    fn limits_hold_only_when_enforced() {
        let quota = Quota::default();
        for _ in 0..50 {
            assert_eq!(quota.take(TENANT, HERE, 4, NOW), Ok(()));
        }
        assert_eq!(quota.take(TENANT, HERE, 1, NOW), Ok(()));
        quota.enforce(true);
        assert_eq!(quota.take(TENANT, HERE, 1, NOW), Err(1));
        assert_eq!(quota.take(TENANT, HERE, 1, NOW + Duration::SECOND), Ok(()));
        assert_eq!(quota.take(TENANT, HERE, 6_000, NOW + Duration::seconds(2)), Err(298));
    }

    #[test]
    fn a_second_is_everybodys_and_five_minutes_are_an_addresss_own() {
        let quota = Quota::default();
        quota.enforce(true);
        quota.spend(TENANT, HERE, 6_000, NOW);
        assert_eq!(quota.take(TENANT, THERE, 1, NOW), Err(1));
        let later = NOW + Duration::SECOND;
        assert_eq!(quota.take(TENANT, HERE, 1, later), Err(299));
        assert_eq!(quota.take(TENANT, THERE, 200, later), Ok(()));
        assert_eq!(quota.used(TENANT, THERE, later), QuotaUsed { last_second: 200, last_five_minutes: 200 });
    }
}
