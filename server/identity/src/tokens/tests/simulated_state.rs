//! Shared state in memory whose operations take virtual time, may fail before or after their effect, and may hang for ever
//! as those of a replica that has crashed.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use time::{Duration, OffsetDateTime};
use tokio::sync::broadcast;

use crate::{
    clock::Clock,
    state::{Count, Delivery, Expected, Lease, Member, PutOutcome, SharedState, StateError, Subscription, Versioned},
    testing::{ManualClock, shared_state_contract},
};

/// A small generator of numbers that look random and come in the same order for the same seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(Mutex<u64>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    pub(crate) fn below(&self, most: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}

/// What the replicas share.
#[derive(Default)]
pub(crate) struct World {
    pub(super) values: HashMap<String, Versioned>,
    sets: HashMap<String, BTreeMap<String, OffsetDateTime>>,
    leases: HashMap<String, (Lease, u64)>,
    counters: HashMap<String, Count>,
    topics: HashMap<String, broadcast::Sender<Delivery>>,
    last: u64,
}

impl World {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// The live lease on `name` and which replica took it.
    pub(super) fn lease(&self, name: &str, now: OffsetDateTime) -> Option<(u64, u64)> {
        self.leases.get(name).filter(|(lease, _)| now < lease.expires_at).map(|(lease, by)| (lease.fence, *by))
    }

    /// As a failover of the store may do.
    pub(crate) fn lose_leases(&mut self) {
        self.leases.clear();
    }

    /// As if somebody had written the same again.
    pub(super) fn rewrite(&mut self, key: &str) {
        let version = self.next();
        if let Some(found) = self.values.get_mut(key) {
            found.version = version;
        }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = (&String, &Versioned)> {
        self.values.iter()
    }
}

type Meanwhile = Box<dyn FnOnce(&mut World) + Send>;

/// One replica's connection.
pub(crate) struct SimulatedState {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) replica: u64,
    pub(super) crashed: AtomicBool,
    /// Where the delays and the faults come from; without it there are none.
    pub(crate) dice: Option<Arc<Dice>>,
    /// Of a thousand operations so many fail.
    pub(crate) faults: u64,
    /// What somebody else does just before the next value is written.
    pub(super) meanwhile: Mutex<Option<Meanwhile>>,
}

impl fmt::Debug for SimulatedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedState").field("replica", &self.replica).finish_non_exhaustive()
    }
}

impl SimulatedState {
    pub(crate) fn new(world: Arc<Mutex<World>>, clock: Arc<dyn Clock>, replica: u64) -> Self {
        Self {
            world,
            clock,
            replica,
            crashed: AtomicBool::new(false),
            dice: None,
            faults: 0,
            meanwhile: Mutex::default(),
        }
    }

    /// The effect of an operation somewhere within its time, or none, or one whose answer is lost.
    async fn at_some_time<T>(&self, effect: impl FnOnce(&mut World, OffsetDateTime) -> T) -> Result<T, StateError> {
        let faults = |dice: &Dice| dice.below(1000) < self.faults;
        let away = || StateError::Unavailable { reason: "simulated".to_owned() };
        if let Some(dice) = &self.dice {
            self.pass(dice.below(40)).await;
            if faults(dice) {
                return Err(away());
            }
        }
        self.live_on().await;
        let result = effect(&mut self.world.lock().unwrap(), self.clock.now());
        if let Some(dice) = &self.dice {
            // Most answers are back at once.
            self.pass(dice.below(160).saturating_sub(120)).await;
            if faults(dice) {
                return Err(away());
            }
        }
        Ok(result)
    }

    async fn pass(&self, millis: u64) {
        if millis == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
        self.live_on().await;
    }

    async fn live_on(&self) {
        if self.crashed.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
    }
}

#[async_trait]
impl SharedState for SimulatedState {
    async fn get(&self, key: &str) -> Result<Option<Versioned>, StateError> {
        self.at_some_time(|world, now| world.values.get(key).filter(|found| now < found.expires_at).cloned()).await
    }

    async fn put(
        &self,
        key: &str,
        value: &[u8],
        expires_at: OffsetDateTime,
        expected: Expected,
    ) -> Result<PutOutcome, StateError> {
        self.at_some_time(|world, now| {
            if let Some(meanwhile) = self.meanwhile.lock().unwrap().take() {
                meanwhile(world);
            }
            let found = world.values.get(key).filter(|found| now < found.expires_at).map(|found| found.version);
            let fits = match expected {
                Expected::Absent => found.is_none(),
                Expected::Version(version) => found == Some(version),
                Expected::Any => true,
            };
            if !fits {
                return PutOutcome::Conflict;
            }
            let version = world.next();
            world.values.insert(key.to_owned(), Versioned { value: value.to_vec(), version, expires_at });
            PutOutcome::Stored(version)
        })
        .await
    }

    async fn delete(&self, key: &str) -> Result<bool, StateError> {
        self.at_some_time(|world, now| world.values.remove(key).is_some_and(|found| now < found.expires_at)).await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        let live = |now| move |found: &Versioned| now < found.expires_at;
        self.at_some_time(|world, now| world.values.remove(key).filter(live(now)).map(|found| found.value)).await
    }

    async fn add_member(&self, set: &str, member: &str, expires_at: OffsetDateTime) -> Result<(), StateError> {
        self.at_some_time(|world, _| {
            world.sets.entry(set.to_owned()).or_default().insert(member.to_owned(), expires_at);
        })
        .await
    }

    async fn remove_member(&self, set: &str, member: &str) -> Result<bool, StateError> {
        self.at_some_time(|world, now| {
            let removed = world.sets.get_mut(set).and_then(|members| members.remove(member));
            removed.is_some_and(|expires_at| now < expires_at)
        })
        .await
    }

    async fn members(&self, set: &str, after: Option<&Member>, limit: u32) -> Result<Vec<Member>, StateError> {
        self.at_some_time(|world, now| {
            let members = world.sets.get(set).into_iter().flatten().filter(|(_, expiry)| now < **expiry);
            let mut members: Vec<Member> =
                members.map(|(name, expiry)| Member { name: name.clone(), expires_at: *expiry }).collect();
            members.sort_by(|one, two| (one.expires_at, &one.name).cmp(&(two.expires_at, &two.name)));
            let past = |member: &Member| {
                after.is_none_or(|after| (member.expires_at, &member.name) > (after.expires_at, &after.name))
            };
            members.into_iter().filter(past).take(limit as usize).collect()
        })
        .await
    }

    async fn acquire_lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
        self.at_some_time(|world, now| {
            if world.lease(name, now).is_some() {
                return None;
            }
            let fence = world.next();
            let lease = Lease { name: name.to_owned(), token: fence.to_string(), fence, expires_at: now + ttl };
            world.leases.insert(name.to_owned(), (lease.clone(), self.replica));
            Some(lease)
        })
        .await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
        self.at_some_time(|world, now| {
            let (held, _) = world.leases.get_mut(&lease.name)?;
            if held.token != lease.token || now >= held.expires_at {
                return None;
            }
            held.expires_at = now + ttl;
            Some(held.clone())
        })
        .await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<bool, StateError> {
        self.at_some_time(|world, now| match world.leases.get_mut(&lease.name) {
            Some((held, _)) if held.token == lease.token && now < held.expires_at => {
                held.expires_at = now;
                true
            }
            _ => false,
        })
        .await
    }

    async fn increment(&self, counter: &str, by: u32, window: Duration) -> Result<Count, StateError> {
        self.at_some_time(|world, now| {
            let live = world.counters.get(counter).filter(|count| now < count.resets_at).copied();
            let count = live.unwrap_or(Count { value: 0, resets_at: now + window });
            let count = Count { value: count.value + u64::from(by), ..count };
            world.counters.insert(counter.to_owned(), count);
            count
        })
        .await
    }

    async fn publish(&self, topic: &str, message: &[u8]) -> Result<(), StateError> {
        self.at_some_time(|world, _| {
            if let Some(sender) = world.topics.get(topic) {
                drop(sender.send(Delivery::Message(message.to_vec())));
            }
        })
        .await
    }

    async fn subscribe(&self, topic: &str) -> Result<Subscription, StateError> {
        self.at_some_time(|world, _| {
            let sender = world.topics.entry(topic.to_owned()).or_insert_with(|| broadcast::channel(256).0);
            Subscription::new(sender.subscribe())
        })
        .await
    }
}

#[tokio::test]
async fn the_simulation_keeps_the_contract() {
    let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)));
    let state = SimulatedState::new(Arc::default(), Arc::clone(&clock) as Arc<dyn Clock>, 0);
    shared_state_contract::run(Arc::new(state), &clock).await;
}
