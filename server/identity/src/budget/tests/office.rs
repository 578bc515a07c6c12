//! Ten thousand browsers, most of them behind the addresses of a few offices, poll four replicas; twice many people sign in at
//! once. The authority is the stand-in's own count of Azure AD B2C's limits, which refuses what is above them.

use std::{
    net::Ipv4Addr,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration as Std,
};

use entra_local::Quota;
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

use super::*;
use crate::tokens::tests::{bench::VirtualClock, simulated_state::Dice};

const CLIENTS: u64 = 10_000;
const REPLICAS: usize = 4;
/// Seconds between two polls, as the server asks for them while nothing is the matter.
const PACE: u64 = 60;
const LENGTH: Std = Std::from_mins(8);
const SEED: u64 = 20_261_129;
const TENANT: Uuid = Uuid::from_u128(7);
/// Where the authority sees this site's own requests come from.
const SITE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

/// The whole world but for the browsers.
struct Town {
    clock: Arc<VirtualClock>,
    quota: Quota,
    replicas: Vec<Budget>,
    dice: Dice,
    seen: Mutex<Seen>,
    checks: AtomicU64,
    sign_ins: AtomicU64,
}

/// The most that the authority has counted.
#[derive(Debug, Default)]
struct Seen {
    second: u32,
    five_minutes: u32,
    refused: u64,
}

impl Town {
    fn new() -> Arc<Self> {
        let clock = Arc::new(VirtualClock::new());
        let (world, latency) = (Arc::default(), Arc::new(Dice::new(SEED)));
        let replicas = (0..REPLICAS).map(|_| {
            let mut state = SimulatedState::new(Arc::clone(&world), Arc::clone(&clock) as Arc<dyn Clock>, 0);
            state.dice = Some(Arc::clone(&latency));
            Budget::new(Arc::new(state), Arc::clone(&clock) as Arc<dyn Clock>, &authority())
        });
        let replicas = replicas.collect();
        let quota = Quota::default();
        quota.enforce(true);
        let (seen, checks, sign_ins) = (Mutex::default(), AtomicU64::new(0), AtomicU64::new(0));
        Arc::new(Self { clock, quota, replicas, dice: Dice::new(SEED + 1), seen, checks, sign_ins })
    }

    /// Any of the replicas: a balancer stands in front of them.
    fn replica(&self) -> &Budget {
        &self.replicas[usize::try_from(self.dice.below(REPLICAS as u64)).unwrap()]
    }

    /// Up to so many milliseconds go by.
    async fn within(&self, millis: u64) {
        sleep(Std::from_millis(self.dice.below(millis))).await;
    }

    fn ask_authority(&self, from: IpAddr, cost: u32) {
        let now = self.clock.now();
        let taken = self.quota.take(TENANT, from, cost, now);
        let used = self.quota.used(TENANT, from, now);
        let mut seen = self.seen.lock().unwrap();
        seen.second = seen.second.max(used.last_second);
        seen.five_minutes = seen.five_minutes.max(used.last_five_minutes);
        seen.refused += u64::from(taken.is_err());
    }

    /// To the authority and back to this site, which redeems the code.
    async fn visit(&self, from: IpAddr) {
        self.within(1_000).await;
        self.ask_authority(from, FLOW);
        self.within(300).await;
        self.ask_authority(SITE, REQUEST);
    }

    /// Somebody signs in.
    async fn sign_in(&self, from: IpAddr) {
        let replica = self.replica();
        replica.spend_flow(Some(from)).await;
        replica.spend_own().await;
        self.visit(from).await;
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
    }

    /// One browser with an open tab. Without a budget it would check at each poll.
    async fn browser(self: Arc<Self>, client: u64, budgeted: bool) {
        let (from, session) = (address(client), client.to_string());
        self.within(PACE * 1_000).await;
        loop {
            let offered = !budgeted || self.replica().has_room(&session, Some(from)).await;
            if offered {
                self.within(200).await;
                if !budgeted || self.replica().take(&session, Some(from)).await {
                    self.checks.fetch_add(1, Ordering::Relaxed);
                    self.visit(from).await;
                }
            }
            sleep(Std::from_millis(PACE * 900 + self.dice.below(PACE * 200))).await;
        }
    }

    /// So many people sign in within a time, behind the addresses of so many clients.
    async fn storm(self: Arc<Self>, after: u64, people: u64, within_seconds: u64, behind: u64) {
        sleep(Std::from_secs(after)).await;
        let mut all = JoinSet::new();
        for person in 0..people {
            let town = Arc::clone(&self);
            all.spawn(async move {
                town.within(within_seconds * 1_000).await;
                town.sign_in(address(person * 7 % behind)).await;
            });
        }
        all.join_all().await;
    }

    async fn live(self: &Arc<Self>, budgeted: bool, length: Std) {
        let mut browsers = JoinSet::new();
        for client in 0..CLIENTS {
            browsers.spawn(Arc::clone(self).browser(client, budgeted));
        }
        // The first office comes to work; later a whole town signs in again, as fast as half of the quota takes it.
        browsers.spawn(Arc::clone(self).storm(120, 500, 60, 2_000));
        browsers.spawn(Arc::clone(self).storm(330, 540, 30, CLIENTS));
        sleep(length).await;
        browsers.abort_all();
    }
}

/// Two offices of 2,000 and 1,500 people behind an address each; of the others three share one.
fn address(client: u64) -> IpAddr {
    let number = match client {
        0..2_000 => 0,
        2_000..3_500 => 1,
        other => 2 + other / 3,
    };
    IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + u32::try_from(number).unwrap()))
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_browsers_leave_room_for_every_sign_in() {
    let town = Town::new();
    town.live(true, LENGTH).await;
    let seen = town.seen.lock().unwrap();
    let (checks, sign_ins) = (town.checks.load(Ordering::Relaxed), town.sign_ins.load(Ordering::Relaxed));
    println!("{seen:?}, {checks} checks, {sign_ins} sign-ins");
    assert_eq!(seen.refused, 0, "{seen:?}");
    assert!(seen.second <= 200 && seen.five_minutes <= 6_000, "{seen:?}");
    assert_eq!(sign_ins, 1_040);
    assert!(checks > 2_000, "polling goes on meanwhile: {checks}");
}

/// The same browsers, to see that the limits are within their reach.
#[tokio::test(start_paused = true)]
async fn without_a_budget_they_would_not() {
    let town = Town::new();
    town.live(false, Std::from_secs(90)).await;
    let seen = town.seen.lock().unwrap();
    assert!(seen.refused > 1_000, "{seen:?}");
}
