//! What every adapter of [`SharedState`] does. An adapter's tests call [`run`] with an empty store whose clock is the
//! [`ManualClock`] that they pass along.

#![expect(clippy::unwrap_used, reason = "a contract speaks by panicking")]

use std::sync::Arc;

use time::Duration;

use super::ManualClock;
use crate::{
    clock::Clock,
    state::{Expected, PutOutcome, SharedState, Subscription, SubscriptionEnd},
};

/// Runs the whole contract.
///
/// # Panics
/// At the first thing that is not as it should be.
pub async fn run(state: Arc<dyn SharedState>, clock: &ManualClock) {
    values_are_versioned(&*state, clock).await;
    expired_is_absent(&*state, clock).await;
    a_deleted_value_stays_deleted(&*state, clock).await;
    of_many_writers_one_wins(&state, clock).await;
    of_many_takers_one_gets_it(&state, clock).await;
    sets_keep_order_and_expiry(&*state, clock).await;
    leases_have_one_holder_and_rising_fences(&*state, clock).await;
    counters_have_windows(&state, clock).await;
    subscribers_get_what_is_published(&*state).await;
}

fn stored(outcome: PutOutcome) -> u64 {
    match outcome {
        PutOutcome::Stored(version) => version,
        PutOutcome::Conflict => panic!("the write should have succeeded"),
    }
}

async fn values_are_versioned(state: &dyn SharedState, clock: &ManualClock) {
    let later = clock.now() + Duration::HOUR;
    assert_eq!(state.get("v").await, Ok(None));
    let first = stored(state.put("v", b"one", later, Expected::Absent).await.unwrap());
    assert_eq!(state.put("v", b"two", later, Expected::Absent).await, Ok(PutOutcome::Conflict));
    let read = state.get("v").await.unwrap().unwrap();
    assert_eq!((read.value.as_slice(), read.version), (&b"one"[..], first));
    assert!((later - read.expires_at).abs() < Duration::SECOND);

    let second = stored(state.put("v", b"two", later, Expected::Version(first)).await.unwrap());
    assert_ne!(first, second);
    assert_eq!(state.put("v", b"late", later, Expected::Version(first)).await, Ok(PutOutcome::Conflict));
    assert_eq!(state.get("v").await.unwrap().unwrap().value, b"two");
    let third = stored(state.put("v", b"", later, Expected::Any).await.unwrap());
    assert_ne!(second, third);
    assert_eq!(state.get("v").await.unwrap().unwrap().value, b"", "an empty value is a value");
    assert_eq!((state.delete("v").await, state.delete("v").await), (Ok(true), Ok(false)));
}

async fn expired_is_absent(state: &dyn SharedState, clock: &ManualClock) {
    let soon = clock.now() + Duration::MINUTE;
    let version = stored(state.put("e", b"x", soon, Expected::Absent).await.unwrap());
    for key in ["taken", "deleted"] {
        stored(state.put(key, b"x", soon, Expected::Absent).await.unwrap());
    }
    clock.advance(Duration::seconds(59));
    assert!(state.get("e").await.unwrap().is_some());
    clock.advance(Duration::SECOND);
    assert_eq!(state.get("e").await, Ok(None));
    assert_eq!((state.take("taken").await, state.delete("deleted").await), (Ok(None), Ok(false)));
    let later = clock.now() + Duration::MINUTE;
    assert_eq!(state.put("e", b"y", later, Expected::Version(version)).await, Ok(PutOutcome::Conflict));
    stored(state.put("e", b"y", later, Expected::Absent).await.unwrap());
    assert_eq!(state.delete("e").await, Ok(true));
}

async fn a_deleted_value_stays_deleted(state: &dyn SharedState, clock: &ManualClock) {
    let later = clock.now() + Duration::HOUR;
    let version = stored(state.put("d", b"old", later, Expected::Absent).await.unwrap());
    assert_eq!(state.delete("d").await, Ok(true));
    assert_eq!(state.put("d", b"late", later, Expected::Version(version)).await, Ok(PutOutcome::Conflict));
    assert_eq!(state.get("d").await, Ok(None));
    // Nor may the late writer overwrite what somebody else has put there since.
    stored(state.put("d", b"new", later, Expected::Absent).await.unwrap());
    assert_eq!(state.put("d", b"late", later, Expected::Version(version)).await, Ok(PutOutcome::Conflict));
    assert_eq!(state.take("d").await, Ok(Some(b"new".to_vec())));
}

async fn of_many_writers_one_wins(state: &Arc<dyn SharedState>, clock: &ManualClock) {
    let later = clock.now() + Duration::HOUR;
    let base = stored(state.put("r", b"base", later, Expected::Absent).await.unwrap());
    let writers = (0..16u8).map(|number| {
        let state = Arc::clone(state);
        tokio::spawn(async move { state.put("r", &[number], later, Expected::Version(base)).await.unwrap() })
    });
    let outcomes = futures::future::join_all(writers).await;
    let won = outcomes.iter().filter(|outcome| matches!(outcome, Ok(PutOutcome::Stored(_)))).count();
    let lost = outcomes.iter().filter(|outcome| matches!(outcome, Ok(PutOutcome::Conflict))).count();
    assert_eq!((won, lost), (1, 15));
    assert_eq!(state.delete("r").await, Ok(true));
}

async fn of_many_takers_one_gets_it(state: &Arc<dyn SharedState>, clock: &ManualClock) {
    stored(state.put("t", b"prize", clock.now() + Duration::HOUR, Expected::Absent).await.unwrap());
    let takers = (0..16).map(|_| {
        let state = Arc::clone(state);
        tokio::spawn(async move { state.take("t").await.unwrap() })
    });
    let taken = futures::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|taken| matches!(taken, Ok(Some(_)))).count(), 1);
}

async fn sets_keep_order_and_expiry(state: &dyn SharedState, clock: &ManualClock) {
    let names = async |set: &str| -> Vec<String> {
        state.members(set, None, 100).await.unwrap().into_iter().map(|member| member.name).collect()
    };
    let (soon, later) = (clock.now() + Duration::MINUTE, clock.now() + Duration::HOUR);
    for (member, expiry) in [("c", later), ("b", later), ("a", soon), ("b", later)] {
        state.add_member("s", member, expiry).await.unwrap();
    }
    state.add_member("other", "z", later).await.unwrap();
    assert_eq!(names("s").await, ["a", "b", "c"]);
    let first = state.members("s", None, 1).await.unwrap();
    let rest = state.members("s", first.last(), 1).await.unwrap();
    assert_eq!((first[0].name.as_str(), rest[0].name.as_str()), ("a", "b"), "one page follows the other");
    let rest = state.members("s", rest.last(), 5).await.unwrap();
    assert_eq!(rest.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(state.members("s", rest.last(), 5).await, Ok(Vec::new()));
    assert_eq!((state.remove_member("s", "c").await, state.remove_member("s", "c").await), (Ok(true), Ok(false)));
    state.add_member("s", "c", later).await.unwrap();
    assert_eq!(names("s").await, ["a", "b", "c"]);
    clock.advance(Duration::MINUTE);
    assert_eq!(names("s").await, ["b", "c"]);
    assert_eq!(state.remove_member("s", "a").await, Ok(false));
    state.add_member("s", "b", clock.now() + Duration::hours(2)).await.unwrap();
    clock.advance(Duration::HOUR);
    assert_eq!(names("s").await, ["b"], "adding a member again moves its expiry");
    assert_eq!(names("nothing").await, [""; 0]);
}

async fn leases_have_one_holder_and_rising_fences(state: &dyn SharedState, clock: &ManualClock) {
    let first = state.acquire_lease("l", Duration::MINUTE).await.unwrap().unwrap();
    assert_eq!(state.acquire_lease("l", Duration::MINUTE).await, Ok(None));
    clock.advance(Duration::seconds(45));
    let renewed = state.renew_lease(&first, Duration::MINUTE).await.unwrap().unwrap();
    assert_eq!((renewed.fence, &renewed.token), (first.fence, &first.token));
    clock.advance(Duration::seconds(45));
    assert_eq!(state.acquire_lease("l", Duration::MINUTE).await, Ok(None), "renewed in time");
    clock.advance(Duration::seconds(15));
    assert_eq!(state.renew_lease(&renewed, Duration::MINUTE).await, Ok(None), "too late, though nobody else has it");
    assert_eq!(state.release_lease(&renewed).await, Ok(false));

    let second = state.acquire_lease("l", Duration::MINUTE).await.unwrap().unwrap();
    assert!(second.fence > first.fence);
    assert_eq!(state.renew_lease(&first, Duration::MINUTE).await, Ok(None), "lost without noticing");
    assert_eq!(state.release_lease(&first).await, Ok(false));
    assert_eq!(state.acquire_lease("l", Duration::MINUTE).await, Ok(None), "the late release freed nothing");
    assert_eq!((state.release_lease(&second).await, state.release_lease(&second).await), (Ok(true), Ok(false)));
    let third = state.acquire_lease("l", Duration::MINUTE).await.unwrap().unwrap();
    assert!(third.fence > second.fence);
    assert_eq!(state.release_lease(&third).await, Ok(true));
}

async fn counters_have_windows(state: &Arc<dyn SharedState>, clock: &ManualClock) {
    let start = clock.now();
    let adders = (0..16).map(|_| {
        let state = Arc::clone(state);
        tokio::spawn(async move { state.increment("n", 1, Duration::MINUTE).await.unwrap().value })
    });
    let mut seen: Vec<u64> = futures::future::join_all(adders).await.into_iter().filter_map(Result::ok).collect();
    seen.sort_unstable();
    assert_eq!(seen, (1..=16).collect::<Vec<u64>>(), "each increment is counted once");
    clock.advance(Duration::seconds(59));
    let count = state.increment("n", 4, Duration::MINUTE).await.unwrap();
    assert_eq!(count.value, 20);
    assert!((count.resets_at - start - Duration::MINUTE).abs() < Duration::SECOND, "the window does not slide");
    clock.advance(Duration::SECOND);
    assert_eq!(state.increment("n", 3, Duration::MINUTE).await.unwrap().value, 3);
}

async fn subscribers_get_what_is_published(state: &dyn SharedState) {
    state.publish("news", b"too early").await.unwrap();
    let mut one = state.subscribe("news").await.unwrap();
    let mut two = state.subscribe("news").await.unwrap();
    state.publish("other", b"elsewhere").await.unwrap();
    state.publish("news", b"first").await.unwrap();
    state.publish("news", b"second").await.unwrap();
    for subscription in [&mut one, &mut two] {
        assert_eq!(heard(subscription).await, b"first");
        assert_eq!(heard(subscription).await, b"second");
    }
    drop(two);
    for number in 0..1000u32 {
        state.publish("news", &number.to_be_bytes()).await.unwrap();
    }
    assert_eq!(one.next().await, Err(SubscriptionEnd::Missed), "told, not blocked");
}

/// The next message. An adapter that has only just connected may be careful and speak of a gap first.
async fn heard(subscription: &mut Subscription) -> Vec<u8> {
    loop {
        match subscription.next().await {
            Ok(message) => return message,
            Err(SubscriptionEnd::Missed) => {}
            Err(SubscriptionEnd::Closed) => panic!("the topic is closed"),
        }
    }
}
