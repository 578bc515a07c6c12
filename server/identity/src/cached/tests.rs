//! One fetch at a time, the last good copy, and the floor; counted, with a clock made of arguments.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

use super::*;

const RULES: Freshness =
    Freshness { refresh_after: Duration::hours(1), last_known_good: Duration::hours(24), floor: Duration::seconds(30) };
const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const DOWN: UpstreamError = UpstreamError::Unreachable { endpoint: "test", reason: "down" };

async fn get(cached: &Cached<u32>, at: Duration, answer: Result<u32, UpstreamError>) -> Result<u32, UpstreamError> {
    cached.get(START + at, async || answer).await.map(|value| *value)
}

async fn newer(cached: &Cached<u32>, at: Duration, answer: Result<u32, UpstreamError>) -> Result<u32, UpstreamError> {
    cached.newer(START + at, async || answer).await.map(|value| *value)
}

#[tokio::test]
async fn a_fresh_copy_is_not_fetched_again_and_an_old_one_is() {
    let cached = Cached::new(RULES);
    assert_eq!(cached.peek(), None);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(get(&cached, Duration::minutes(59), Ok(2)).await, Ok(1));
    assert_eq!(get(&cached, Duration::minutes(60), Ok(3)).await, Ok(3));
}

#[tokio::test]
async fn the_last_good_copy_serves_for_a_day() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Ok(1)).await, Ok(1));
    assert_eq!(get(&cached, Duration::hours(2), Err(DOWN)).await, Ok(1));
    assert_eq!(get(&cached, Duration::hours(23), Err(DOWN)).await, Ok(1));
    assert_eq!(get(&cached, Duration::hours(24), Err(DOWN)).await, Err(DOWN));
    assert_eq!(get(&cached, Duration::hours(25), Ok(2)).await, Ok(2));
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
async fn a_fetch_that_is_given_up_half_way_is_nobodys_result() {
    let cached = Cached::new(RULES);
    assert_eq!(get(&cached, Duration::ZERO, Err(DOWN)).await, Err(DOWN));
    // Both queue up behind somebody who has a look, so the second has seen no fetch end when the first begins one.
    let (looking, begun) = (cached.fetching.lock().await, Notify::new());
    let given_up = async {
        let never = cached.get(START, async || {
            begun.notify_one();
            futures::future::pending().await
        });
        tokio::select! { biased; _ = never => {}, () = begun.notified() => {} }
    };
    let ((), got, ()) = tokio::join!(given_up, get(&cached, Duration::ZERO, Ok(1)), async { drop(looking) });
    assert_eq!(got, Ok(1));
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
        let (cached, fetches, gate) =
            (Arc::new(Cached::new(RULES)), Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let (cached, fetches, gate) = (Arc::clone(&cached), Arc::clone(&fetches), Arc::clone(&gate));
                let answer = answer.clone();
                tokio::spawn(async move {
                    let fetch = async || {
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
