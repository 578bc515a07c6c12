//! The budget by itself, and ten thousand browsers in front of four replicas in virtual time.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod office;

use time::macros::datetime;

use super::*;
use crate::{
    config::{EntraAuthority, EntraTenant, PUBLIC_CLOUD},
    testing::ManualClock,
    tokens::tests::simulated_state::{SimulatedState, World},
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 10));

fn authority() -> Authority {
    let (base, tenant) = (PUBLIC_CLOUD.parse().unwrap(), EntraTenant::Organizations);
    Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: None })
}

struct Bench {
    clock: Arc<ManualClock>,
    world: Arc<std::sync::Mutex<World>>,
    budget: Budget,
}

impl Bench {
    /// At the beginning of a part of every meter.
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-29 12:00 UTC)));
        let world = Arc::default();
        let budget = replica(&world, &clock);
        Self { clock, world, budget }
    }

    /// How many checks are let through, each of another session.
    async fn checks(&self, from: IpAddr, most: usize) -> usize {
        for n in 0..most {
            if !self.budget.take(&format!("{from} {n} {}", self.clock.now()), Some(from)).await {
                return n;
            }
        }
        most
    }
}

fn replica(world: &Arc<std::sync::Mutex<World>>, clock: &Arc<ManualClock>) -> Budget {
    let state = SimulatedState::new(Arc::clone(world), Arc::clone(clock) as Arc<dyn Clock>, 0);
    Budget::new(Arc::new(state), Arc::clone(clock) as Arc<dyn Clock>, &authority())
}

#[tokio::test]
async fn a_second_has_room_for_twenty_checks_whichever_way_it_is_cut() {
    let bench = Bench::new();
    bench.clock.advance(Duration::milliseconds(499));
    assert_eq!(bench.checks(HERE, 100).await, 20, "half of 200, at five each");
    for millis in [1, 499, 1, 499] {
        bench.clock.advance(Duration::milliseconds(millis));
        assert_eq!(bench.checks(THERE, 100).await, 0, "they may be within the same second");
    }
    bench.clock.advance(Duration::milliseconds(1));
    assert_eq!(bench.checks(THERE, 100).await, 20);
}

#[tokio::test]
async fn an_address_has_room_for_so_many_checks_in_five_minutes_and_others_have_theirs() {
    let bench = Bench::new();
    let mut let_through = 0;
    for _ in 0..149 {
        let_through += bench.checks(HERE, 100).await;
        bench.clock.advance(Duration::seconds(1));
    }
    assert_eq!(let_through, 750, "half of 6,000, at four each");
    bench.clock.advance(Duration::minutes(5));
    assert_eq!(bench.checks(HERE, 100).await, 0, "the first of them may be five minutes old, the last is not");
    assert_eq!(bench.checks(THERE, 100).await, 20);
    bench.clock.advance(Duration::seconds(151));
    assert_eq!(bench.checks(HERE, 100).await, 20);
}

#[tokio::test]
async fn this_sites_own_requests_have_a_limit_as_of_one_address() {
    let bench = Bench::new();
    for _ in 0..2_999 {
        bench.budget.spend_own().await;
    }
    bench.clock.advance(Duration::seconds(2));
    assert_eq!(bench.checks(HERE, 100).await, 1);
    let usage = bench.budget.usage().await.unwrap();
    assert_eq!(
        (usage.own_requests.used, usage.own_requests.polls_until, usage.own_requests.limit),
        (3_000, 3_000, 6_000)
    );
    assert_eq!((usage.last_second.used, usage.last_second.polls_until, usage.last_second.limit), (5, 100, 200));
}

#[tokio::test]
async fn sign_ins_count_whatever_is_left_and_checks_give_way() {
    let bench = Bench::new();
    for _ in 0..24 {
        bench.budget.spend_flow(Some(THERE)).await;
    }
    assert!(!bench.budget.has_room("a", Some(HERE)).await);
    assert_eq!(bench.checks(HERE, 100).await, 0, "96 of 100 are used");
    for _ in 0..100 {
        bench.budget.spend_flow(Some(THERE)).await;
    }
    assert_eq!(bench.budget.usage().await.unwrap().last_second.used, 496);
    bench.clock.advance(Duration::milliseconds(1_500));
    assert!(bench.budget.has_room("a", Some(HERE)).await);
    assert_eq!(bench.checks(HERE, 100).await, 20);
    bench.budget.spend_request(Some(HERE)).await;
    assert_eq!(bench.budget.usage().await.unwrap().last_second.used, 101);
}

#[tokio::test]
async fn all_replicas_count_together_and_looking_costs_nothing() {
    let bench = Bench::new();
    let other = replica(&bench.world, &bench.clock);
    for n in 0..1_000 {
        assert!(other.has_room(&n.to_string(), Some(HERE)).await);
    }
    assert_eq!(bench.checks(HERE, 15).await, 15);
    let mut taken = 0;
    for n in 0..100 {
        taken += usize::from(other.take(&n.to_string(), Some(THERE)).await);
    }
    assert_eq!(taken, 5);
    assert!(!other.has_room("b", Some(HERE)).await);
}

#[tokio::test]
async fn a_session_is_checked_every_five_minutes_at_most() {
    let bench = Bench::new();
    assert!(bench.budget.take("a", Some(HERE)).await);
    bench.clock.advance(Duration::minutes(4));
    assert!(!bench.budget.has_room("a", Some(HERE)).await && !bench.budget.take("a", Some(HERE)).await);
    assert!(bench.budget.has_room("b", Some(HERE)).await);
    bench.clock.advance(Duration::minutes(1));
    assert!(bench.budget.has_room("a", Some(HERE)).await && bench.budget.take("a", Some(HERE)).await);
}

#[tokio::test]
async fn what_cannot_be_counted_is_not_let_through_and_no_matter_of_a_sign_in() {
    let bench = Bench::new();
    let clock = Arc::clone(&bench.clock) as Arc<dyn Clock>;
    let mut state = SimulatedState::new(Arc::clone(&bench.world), Arc::clone(&clock), 0);
    (state.dice, state.faults) = (Some(Arc::new(crate::tokens::tests::simulated_state::Dice::new(1))), 1_000);
    let away = Budget::new(Arc::new(state), clock, &authority());
    assert!(!away.has_room("a", Some(HERE)).await);
    assert!(!away.take("a", Some(HERE)).await);
    assert!(away.usage().await.is_err());
    away.spend_flow(Some(HERE)).await;
    away.spend_own().await;
}

#[test]
fn an_address_is_no_part_of_a_name_and_a_customer_of_ipv6_is_one() {
    let budget = Bench::new().budget;
    let name = |from: &str| budget.address(Some(from.parse().unwrap())).name;
    assert!(!name("203.0.113.9").contains("203.0.113.9"));
    assert_eq!(name("2001:db8:1:2:3:4:5:6"), name("2001:db8:1:2::1"));
    assert_ne!(name("2001:db8:1:2::1"), name("2001:db8:1:3::1"));
    assert_eq!(name("::ffff:203.0.113.9"), name("203.0.113.9"));
    assert_ne!(name("203.0.113.9"), budget.address(None).name);
    let other = Authority::Entra(EntraAuthority {
        base: PUBLIC_CLOUD.parse().unwrap(),
        tenant: EntraTenant::Common,
        allowed_tenants: None,
    });
    let (state, clock) = (Arc::clone(&budget.state), Arc::clone(&budget.clock));
    assert_ne!(Budget::new(state, clock, &other).tenant().name, budget.tenant().name);
}
