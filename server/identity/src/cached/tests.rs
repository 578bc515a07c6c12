//! One fetch at a time, the last good copy, and the floor; counted, with a clock made of arguments.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

use super::*;

const RULES: Freshness =
    Freshness { refresh_after: Duration::hours(1), last_known_good: Duration::hours(24), floor: Duration::seconds(30) };
const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const DOWN: UpstreamError = UpstreamError::Unreachable { endpoint: "test", reason: "down" };

async fn get(
    cached: &Arc<Cached<u32>>,
    at: Duration,
    answer: Result<u32, UpstreamError>,
) -> Result<u32, UpstreamError> {
    cached.get(START + at, async || answer).await.map(|value| *value)
}

/// Lets the background fetches of a runtime with one thread come to their end.
async fn settled() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn newer(
    cached: &Arc<Cached<u32>>,
    at: Duration,
    answer: Result<u32, UpstreamError>,
) -> Result<u32, UpstreamError> {
    cached.newer(START + at, async || answer).await.map(|value| *value)
}

#[tokio::test]
async fn a_fresh_copy_is_not_fetched_again_and_an_old_one_is_behind_the_caller() {
    let cached = Cached::new(RULES);
    assert_eq!(cached.peek(), None);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(get(&cached, Duration::minutes(59), Ok(2)).await, Ok(1));
    settled().await;
    assert_eq!(cached.peek().as_deref(), Some(&1));
    assert_eq!(get(&cached, Duration::minutes(60), Ok(3)).await, Ok(1), "nobody waits while there is a good copy");
    settled().await;
    assert_eq!(get(&cached, Duration::minutes(61), Ok(4)).await, Ok(3));
}

#[tokio::test]
async fn an_old_copy_is_handed_out_while_the_authority_does_not_answer() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    let fetches = Arc::new(AtomicU32::new(0));
    for _ in 0..10 {
        let fetches = Arc::clone(&fetches);
        let never = async move || {
            fetches.fetch_add(1, Ordering::SeqCst);
            futures::future::pending().await
        };
        assert_eq!(cached.get(START + Duration::hours(2), never).await.map(|value| *value), Ok(1));
        settled().await;
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 1, "one at a time");
}

#[tokio::test]
async fn the_last_good_copy_serves_for_a_day() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(get(&cached, Duration::hours(2), Err(DOWN)).await, Ok(1));
    settled().await;
    assert_eq!(get(&cached, Duration::hours(23), Err(DOWN)).await, Ok(1));
    settled().await;
    assert_eq!(get(&cached, Duration::hours(24), Err(DOWN)).await, Err(DOWN));
    assert_eq!(get(&cached, Duration::hours(25), Ok(2)).await, Ok(2));
}

#[tokio::test]
async fn a_background_fetch_that_failed_is_not_repeated_at_every_use() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(get(&cached, Duration::hours(2), Err(DOWN)).await, Ok(1));
    settled().await;
    assert_eq!(get(&cached, Duration::hours(2) + Duration::seconds(29), Ok(2)).await, Ok(1));
    settled().await;
    assert_eq!(cached.peek().as_deref(), Some(&1));
    assert_eq!(get(&cached, Duration::hours(2) + Duration::seconds(30), Ok(3)).await, Ok(1));
    settled().await;
    assert_eq!(cached.peek().as_deref(), Some(&3));
}

#[test]
fn jitter_makes_it_sooner_by_a_tenth_at_most() {
    for _ in 0..100 {
        let refresh_after = RULES.jittered().refresh_after;
        assert!(refresh_after <= Duration::hours(1) && refresh_after > Duration::minutes(54), "{refresh_after}");
    }
}

#[tokio::test]
async fn however_eagerly_asked_fetches_are_half_a_minute_apart() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(newer(&cached, Duration::seconds(29), Ok(2)).await, Ok(1));
    assert_eq!(newer(&cached, Duration::seconds(30), Ok(3)).await, Ok(3));
    assert_eq!(newer(&cached, Duration::seconds(59), Ok(4)).await, Ok(3));
    assert_eq!(newer(&cached, Duration::seconds(60), Err(DOWN)).await, Ok(3));
    assert_eq!(newer(&cached, Duration::seconds(89), Ok(5)).await, Ok(3), "a failure counts as well");
}

#[tokio::test]
async fn without_a_copy_that_serves_each_request_tries() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Err(DOWN)).await, Err(DOWN));
    assert_eq!(get(&cached, Duration::SECOND, Err(DOWN)).await, Err(DOWN));
    assert_eq!(get(&cached, Duration::seconds(2), Ok(1)).await, Ok(1));
    assert_eq!(newer(&cached, Duration::hours(24), Err(DOWN)).await, Ok(1));
    assert_eq!(newer(&cached, Duration::hours(24) + Duration::seconds(2), Ok(2)).await, Ok(2), "too old to serve");
}

#[tokio::test]
async fn an_old_failure_is_no_answer_for_somebody_who_waited_for_the_lock_only() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Err(DOWN)).await, Err(DOWN));
    let looking = cached.fetching.lock().await;
    let (got, ()) = tokio::join!(get(&cached, Duration::ZERO, Ok(1)), async { drop(looking) });
    assert_eq!(got, Ok(1));
}

#[tokio::test]
async fn who_leaves_does_not_take_the_fetch_along() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (fetching, answering) = (Arc::clone(&begun), Arc::clone(&gate));
    let leaving = cached.newer(START + Duration::MINUTE, async move || {
        fetching.notify_one();
        answering.notified().await;
        Ok(2)
    });
    tokio::select! { biased; _ = leaving => {}, () = begun.notified() => {} }
    gate.notify_one();
    settled().await;
    assert_eq!(cached.peek().as_deref(), Some(&2));
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_stop_fetching() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::hours(5), Ok(1)).await, Ok(1));
    assert_eq!(newer(&cached, Duration::hours(4), Ok(2)).await, Ok(2));
}

#[tokio::test]
async fn everyone_who_waits_shares_one_fetch_good_or_bad() {
    for answer in [Ok(7), Err(DOWN)] {
        let (cached, fetches, gate) = (Cached::new(RULES), Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let (cached, fetches, gate) = (Arc::clone(&cached), Arc::clone(&fetches), Arc::clone(&gate));
                let answer = answer.clone();
                tokio::spawn(async move {
                    let fetch = async move || {
                        fetches.fetch_add(1, Ordering::SeqCst);
                        gate.notified().await;
                        answer
                    };
                    cached.get(START, fetch).await.map(|value| *value)
                })
            })
            .collect();
        // On a runtime with one thread all ten are at their await points once this yields back.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
        for result in futures::future::join_all(waiting).await {
            assert_eq!(result.unwrap(), answer);
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_authority_that_asks_to_be_left_alone_is() {
    let throttled = UpstreamError::Throttled { endpoint: "test", retry_after: Some(120) };
    let faulty = UpstreamError::Status { endpoint: "test", status: 503, retry_after: Some(120) };
    for asked in [throttled, faulty] {
        let cached = Cached::new(RULES);
        assert_eq!(get(&cached, Duration::ZERO, Err(asked.clone())).await, Err(asked.clone()));
        assert_eq!(get(&cached, Duration::seconds(119), Ok(1)).await, Err(asked.clone()), "not asked again");
        assert_eq!(get(&cached, Duration::seconds(120), Ok(2)).await, Ok(2));
        assert_eq!(newer(&cached, Duration::seconds(160), Err(asked.clone())).await, Ok(2));
        assert_eq!(newer(&cached, Duration::seconds(279), Ok(3)).await, Ok(2), "nor for a newer copy");
        assert_eq!(newer(&cached, Duration::seconds(280), Ok(4)).await, Ok(4));
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_looked_for_at_every_request() {
    let missing = UpstreamError::Status { endpoint: "test", status: 404, retry_after: None };
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Err(missing.clone())).await, Err(missing.clone()));
    assert_eq!(get(&cached, Duration::seconds(29), Ok(1)).await, Err(missing.clone()));
    assert_eq!(get(&cached, Duration::seconds(-1), Ok(2)).await, Ok(2), "a clock that was set back");
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Err(missing.clone())).await, Err(missing));
    assert_eq!(get(&cached, Duration::seconds(30), Ok(3)).await, Ok(3));
}

#[tokio::test]
async fn whether_the_last_fetch_failed_is_known_until_one_succeeds() {
    let cached = Cached::new(RULES);
    assert_eq!(cached.last_failure().await, None);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(newer(&cached, Duration::minutes(1), Err(DOWN)).await, Ok(1), "the old copy serves");
    assert_eq!(cached.last_failure().await, Some(DOWN));
    assert_eq!(newer(&cached, Duration::minutes(2), Ok(2)).await, Ok(2));
    assert_eq!(cached.last_failure().await, None);
}
