//! Ten thousand random orders of things: replicas that refresh, people who sign in and out, a store that loses answers, an
//! authority that is slow, and a replica that crashes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::time::{advance, sleep};

use super::{
    bench::{Bench, text, user_read},
    simulated_state::Dice,
};
use crate::{
    error::UpstreamError,
    tokens::{AcquireError, GrantError},
};

const SCHEDULES: u64 = 10_000;
const REPLICAS: u64 = 3;
const PEOPLE: u64 = 2;

#[test]
fn no_order_of_things_gives_a_token_to_the_wrong_person_or_at_the_wrong_time() {
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(4) as u64;
    let next = AtomicU64::new(0);
    let most = std::env::var("SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(SCHEDULES);
    let refreshes = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= most {
                        return;
                    }
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
                    let told = runtime.block_on(schedule(seed));
                    refreshes.fetch_add(told, Ordering::Relaxed);
                }
            });
        }
    });
    assert!(refreshes.load(Ordering::Relaxed) > most, "most schedules have something to refresh");
}

/// What is known about who is signed in. Whose sessions change in two ways at the same time, nobody can tell about.
#[derive(Default)]
struct Truth {
    signed_in: BTreeMap<u64, Option<bool>>,
    /// What is under way, of whom, and whether something else of theirs came in between.
    under_way: Vec<(u64, u64, bool)>,
    changes: u64,
}

impl Truth {
    fn begin(&mut self, person: u64) -> u64 {
        self.changes += 1;
        let mut alone = true;
        for (_, whose, overlapped) in &mut self.under_way {
            if *whose == person {
                (*overlapped, alone) = (true, false);
            }
        }
        self.under_way.push((self.changes, person, !alone));
        self.signed_in.insert(person, None);
        self.changes
    }

    fn end(&mut self, what: u64, known: Option<bool>) {
        self.changes += 1;
        let place = self.under_way.iter().position(|(id, ..)| *id == what).unwrap();
        let (_, person, overlapped) = self.under_way.swap_remove(place);
        self.signed_in.insert(person, known.filter(|_| !overlapped));
    }

    fn is_signed_in(&self, person: u64) -> Option<bool> {
        self.signed_in.get(&person).copied().flatten()
    }
}

/// One random order; how often the authority was asked.
async fn schedule(seed: u64) -> u64 {
    let dice = Arc::new(Dice::new(seed));
    let faults = if dice.below(2) == 0 { 0 } else { 20 };
    let bench = Arc::new(Bench::with(REPLICAS, |state| {
        state.dice = Some(Arc::clone(&dice));
        state.faults = faults;
    }));
    let truth = Arc::new(Mutex::new(Truth::default()));
    for person in 0..PEOPLE {
        sign_in(&bench, &truth, 0, person).await;
    }
    // Near the end of the tokens, so that some are used up and some are not yet.
    advance(std::time::Duration::from_secs(3300 - 3 + dice.below(6))).await;
    {
        let mut mood = bench.entra.mood.lock().unwrap();
        mood.takes = std::time::Duration::from_millis(match dice.below(16) {
            0..7 => 0,
            7..14 => 50,
            14 => 3000,
            // Longer than a lease lasts if nobody renews it.
            _ => 9000,
        });
        mood.rotates = dice.below(4) > 0;
        for _ in 0..dice.below(3) {
            let away = UpstreamError::Unreachable { endpoint: "token", reason: "timeout" };
            bench.entra.refusals.lock().unwrap().push(GrantError::Upstream(away));
        }
    }
    let crash = dice.below(4) == 0;
    let events = (0..6 + dice.below(10)).map(|_| {
        let (bench, truth) = (Arc::clone(&bench), Arc::clone(&truth));
        let (start, what, person) = (dice.below(4000), dice.below(10), dice.below(PEOPLE));
        // The first one may crash; nobody asks it for anything that is to be known.
        let replica = usize::try_from(if crash { 1 + dice.below(REPLICAS - 1) } else { dice.below(REPLICAS) }).unwrap();
        tokio::spawn(async move {
            sleep(std::time::Duration::from_millis(start)).await;
            match what {
                0 => sign_in(&bench, &truth, replica, person).await,
                1 => sign_out(&bench, &truth, replica, person).await,
                2 => ask(&bench, &truth, replica, person, true).await,
                _ => ask(&bench, &truth, replica, person, false).await,
            }
        })
    });
    let events: Vec<_> = events.collect();
    if crash {
        let bench = Arc::clone(&bench);
        for person in 0..PEOPLE {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { drop(bench.ask(0, person, &user_read()).await) });
        }
        sleep(std::time::Duration::from_millis(dice.below(5000))).await;
        bench.replicas[0].state.crashed.store(true, Ordering::SeqCst);
    }
    for event in events {
        event.await.unwrap_or_else(|error| panic!("schedule {seed}: {error}"));
    }
    // Whatever is still under way may write now, or never.
    sleep(std::time::Duration::from_mins(1)).await;
    let reader = usize::from(crash);
    check_records(&bench, &truth.lock().unwrap(), reader);
    u64::try_from(bench.entra.times_asked()).unwrap()
}

async fn sign_in(bench: &Bench, truth: &Mutex<Truth>, replica: usize, person: u64) {
    let what = truth.lock().unwrap().begin(person);
    let well = bench.sign_in(replica, person).await;
    truth.lock().unwrap().end(what, well.then_some(true));
}

async fn sign_out(bench: &Bench, truth: &Mutex<Truth>, replica: usize, person: u64) {
    let what = truth.lock().unwrap().begin(person);
    let well = bench.sign_out(replica, person).await;
    truth.lock().unwrap().end(what, well.then_some(false));
}

async fn ask(bench: &Bench, truth: &Mutex<Truth>, replica: usize, person: u64, force: bool) {
    let (changes, signed_in) = {
        let truth = truth.lock().unwrap();
        (truth.changes, truth.is_signed_in(person))
    };
    let request = if force { user_read().force_refresh() } else { user_read() };
    let answer = bench.ask(replica, person, &request).await;
    // Only of what did not change meanwhile it is known what should have come out.
    let signed_in = signed_in.filter(|_| truth.lock().unwrap().changes == changes);
    match &answer {
        Ok(token) => {
            assert!(text(token).starts_with(&format!("AT/person-{person}/")), "a token of somebody else");
            assert_ne!(signed_in, Some(false), "a token after the sign-out");
        }
        Err(AcquireError::InteractionRequired(_)) => {
            assert_ne!(signed_in, Some(true), "signed out by a fault that passes");
        }
        Err(AcquireError::Unavailable { .. }) => {}
        Err(other) => panic!("{other}"),
    }
}

/// Nobody's record has anything of somebody else's, and whoever has signed out has nothing.
fn check_records(bench: &Bench, truth: &Truth, reader: usize) {
    let world = bench.world.lock().unwrap();
    for person in 0..PEOPLE {
        let owner = crate::tokens::partition::Partition::of(&super::bench::person_named(person));
        let Some((_, found)) = world.values().find(|(key, _)| **key == owner.key) else { continue };
        let record = bench.replicas[reader].cache.unseal(&owner, &found.value).unwrap();
        let written = serde_json::to_string(&record).unwrap();
        for other in (0..PEOPLE).filter(|other| *other != person) {
            assert!(!written.contains(&format!("person-{other}/")), "tokens in a foreign partition");
        }
        if truth.is_signed_in(person) == Some(false) && bench.clock.now() < found.expires_at {
            assert!(record.refresh.is_none() && record.access.is_empty(), "tokens after the sign-out");
        }
    }
}
