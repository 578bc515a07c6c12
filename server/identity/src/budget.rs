//! How much is asked of the authority, so that polls leave room for sign-ins.
//!
//! Azure AD B2C takes 200 requests a second for a tenant, and 6,000 in five minutes for a tenant from each address ("Azure
//! Active Directory B2C service limits and restrictions"). Everything that this site causes there is counted in shared state
//! by all replicas together. A sign-in is counted and never refused. A silent check is refused where sign-ins and checks
//! together have used half. See `adr/0015-half-of-the-quota-is-for-sign-ins.md`.

mod counted;
mod meter;
#[cfg(test)]
mod tests;
mod usage;

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use futures::future::try_join_all;
use moka::sync::Cache;
use time::{Duration, OffsetDateTime};

pub(crate) use counted::Counted;
use meter::{Meter, Reading};
pub use usage::{BudgetUsage, Used};

use crate::{
    clock::Clock,
    config::Authority,
    digest::hashed,
    state::{Expected, PutOutcome, SharedState, StateError},
};

/// What a visit to the authority's pages counts for: signing in, changing a profile or a password. What comes on top when
/// somebody signs up (2) or proves who they are in another step (2 each) cannot be seen from here; the reserve is for that.
const FLOW: u32 = 4;
/// What any other request counts for.
const REQUEST: u32 = 1;
/// A tenant's requests a second.
const TENANT: u32 = 200;
/// Those of one address in five minutes.
const ADDRESS: u32 = 6_000;
const FIVE_MINUTES: Duration = Duration::minutes(5);
/// A session is checked at most this often.
const EACH: Duration = Duration::minutes(5);
/// So many addresses of which a process remembers that there is no room.
const MOST: u64 = 10_000;

/// The count of what one authority is asked.
pub(crate) struct Budget {
    state: Arc<dyn SharedState>,
    clock: Arc<dyn Clock>,
    /// Names the authority in the counters.
    name: String,
    /// The meters that had no room left, and until when it is of no use to look again.
    full: Cache<String, OffsetDateTime>,
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A share of a meter that is to be taken.
struct Share {
    meter: Meter,
    cost: u32,
}

impl Budget {
    pub(crate) fn new(state: Arc<dyn SharedState>, clock: Arc<dyn Clock>, authority: &Authority) -> Self {
        let name = hashed(&[authority.metadata_url().as_bytes()]).chars().take(16).collect();
        Self { state, clock, name, full: Cache::new(MOST) }
    }

    /// A browser at this address is sent to the authority's pages by somebody.
    pub(crate) async fn spend_flow(&self, from: Option<IpAddr>) {
        self.spend([(self.tenant(), FLOW), (self.address(from), FLOW)]).await;
    }

    /// A browser at this address is sent there for another reason, such as to sign out.
    pub(crate) async fn spend_request(&self, from: Option<IpAddr>) {
        self.spend([(self.tenant(), REQUEST), (self.address(from), REQUEST)]).await;
    }

    /// This site itself asks for a token.
    pub(crate) async fn spend_own(&self) {
        self.spend([(self.tenant(), REQUEST), (self.own(), REQUEST)]).await;
    }

    /// Sign-ins are not for the count to refuse, whatever becomes of it.
    async fn spend(&self, shares: [(Meter, u32); 2]) {
        let now = self.clock.now();
        let counted = shares.iter().map(|(meter, cost)| meter.add(&*self.state, *cost, now));
        if let Err(error) = try_join_all(counted).await {
            tracing::debug!(%error, "a request to the authority could not be counted");
        }
    }

    /// Whether a silent check of this session, from this address, would be let through now. Takes nothing. Not known is no.
    pub(crate) async fn has_room(&self, session: &str, from: Option<IpAddr>) -> bool {
        let found = self.look(session, &self.shares(from), self.clock.now()).await;
        found.unwrap_or_else(|error| not_counted(&error)).is_some()
    }

    /// Takes what a silent check costs, its token included; `false` if there is no room for it, or if that is not known.
    pub(crate) async fn take(&self, session: &str, from: Option<IpAddr>) -> bool {
        self.try_take(session, from).await.unwrap_or_else(|error| not_counted(&error))
    }

    async fn try_take(&self, session: &str, from: Option<IpAddr>) -> Result<bool, StateError> {
        let (shares, now) = (self.shares(from), self.clock.now());
        let Some(before) = self.look(session, &shares, now).await? else { return Ok(false) };
        let noted = self.state.put(&note(session), b"", now + EACH, Expected::Absent).await?;
        if noted == PutOutcome::Conflict {
            return Ok(false);
        }
        // Others may have looked at the same moment. Of those that fit together no more than one too many counts what it
        // does not use.
        let taken = try_join_all(shares.iter().map(|share| share.meter.add(&*self.state, share.cost, now))).await?;
        let fits =
            |((share, before), current): ((&Share, &Reading), &u64)| before.earlier + current <= share.meter.half();
        Ok(shares.iter().zip(&before).zip(&taken).all(fits))
    }

    /// What each meter reads, if there is room for all shares.
    async fn look(
        &self,
        session: &str,
        shares: &[Share],
        now: OffsetDateTime,
    ) -> Result<Option<Vec<Reading>>, StateError> {
        let known_full = |share: &Share| self.full.get(&share.meter.name).is_some_and(|until| now < until);
        if shares.iter().any(known_full) || self.state.get(&note(session)).await?.is_some() {
            return Ok(None);
        }
        let readings = try_join_all(shares.iter().map(|share| share.meter.read(&*self.state, now))).await?;
        let full = shares
            .iter()
            .zip(&readings)
            .filter(|(share, reading)| reading.earlier + reading.current + u64::from(share.cost) > share.meter.half());
        let mut any = false;
        for (share, _) in full {
            any = true;
            self.full.insert(share.meter.name.clone(), share.meter.end_of_part(now));
        }
        Ok((!any).then_some(readings))
    }

    /// How much is used.
    pub(crate) async fn usage(&self) -> Result<BudgetUsage, StateError> {
        let now = self.clock.now();
        let (tenant, own) = (self.tenant(), self.own());
        let (last_second, own_requests) =
            tokio::try_join!(tenant.read(&*self.state, now), own.read(&*self.state, now))?;
        Ok(BudgetUsage { last_second: Used::of(&tenant, &last_second), own_requests: Used::of(&own, &own_requests) })
    }

    /// A check costs its address a visit, this site a token request, and the tenant both.
    fn shares(&self, from: Option<IpAddr>) -> [Share; 3] {
        [
            Share { meter: self.tenant(), cost: FLOW + REQUEST },
            Share { meter: self.address(from), cost: FLOW },
            Share { meter: self.own(), cost: REQUEST },
        ]
    }

    fn tenant(&self) -> Meter {
        Meter { name: format!("budget:{}:tenant", self.name), quota: TENANT, span: Duration::SECOND }
    }

    /// A browser's address, which is somebody's own, so the name hides it. Those that nobody knows the address of count
    /// together.
    fn address(&self, from: Option<IpAddr>) -> Meter {
        let network = from.map_or_else(|| "unknown".to_owned(), |from| network(from).to_string());
        self.of_address(&hashed(&[network.as_bytes()]))
    }

    /// This site's own address, as the authority sees it. Replicas may have several, and count as if they had one.
    fn own(&self) -> Meter {
        self.of_address("own")
    }

    fn of_address(&self, address: &str) -> Meter {
        Meter { name: format!("budget:{}:address:{address}", self.name), quota: ADDRESS, span: FIVE_MINUTES }
    }
}

/// Remembers that a session has been checked.
fn note(session: &str) -> String {
    format!("silent:{session}")
}

fn not_counted<T: Default>(error: &StateError) -> T {
    tracing::debug!(%error, "nobody is polled while it cannot be counted");
    T::default()
}

/// With IPv6 a customer has all of a /64, and one of them is as good as another for getting around a limit.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}
