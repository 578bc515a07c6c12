//! What a failure means for the tokens, for whoever waits, and for the next attempt.

use std::sync::atomic::Ordering;

use time::Duration;
use tokio::time::advance;

use super::bench::{Bench, text, user_read};
use crate::{
    error::{ProviderError, UpstreamError},
    tokens::{AcquireError, Away, GrantError, Scopes, TokenRequest},
};

fn seconds(seconds: u64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds)
}

fn provider(error: &'static str, suberror: Option<&'static str>, codes: &[u32]) -> GrantError {
    GrantError::Provider(Box::new(ProviderError { error, suberror, codes: codes.to_vec(), ..ProviderError::default() }))
}

fn throttled(seconds: u32) -> GrantError {
    GrantError::Upstream(UpstreamError::Throttled { endpoint: "token", retry_after: Some(seconds) })
}

fn away() -> GrantError {
    GrantError::Upstream(UpstreamError::Unreachable { endpoint: "token", reason: "timeout" })
}

/// A bench with somebody signed in whose token has `left` to live.
async fn with_token_left(left: u64, refusal: GrantError) -> Bench {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    advance(seconds(3600 - left)).await;
    bench.entra.refusals.lock().unwrap().push(refusal);
    bench
}

#[tokio::test(start_paused = true)]
async fn a_dead_grant_ends_in_a_sign_in_and_is_not_tried_again() {
    for dead in [
        provider("invalid_grant", None, &[700_082]),
        provider("invalid_grant", Some("bad_token"), &[]),
        // Whatever the number says.
        provider("invalid_grant", Some("bad_token"), &[50_034]),
    ] {
        let bench = with_token_left(100, dead).await;
        for _ in 0..2 {
            let answer = bench.ask(0, 1, &user_read()).await;
            assert!(matches!(answer, Err(AcquireError::InteractionRequired(_))), "{answer:?}");
        }
        assert_eq!((bench.entra.times_asked(), bench.record(1).await.unwrap().refresh), (1, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_factor_for_one_resource_leaves_the_others() {
    let bench = with_token_left(3600, provider("invalid_grant", Some("basic_action"), &[50_076])).await;
    let mail = TokenRequest::new("Mail.Read".parse::<Scopes>().unwrap());
    assert!(matches!(bench.ask(0, 1, &mail).await, Err(AcquireError::InteractionRequired(_))));
    assert!(bench.record(1).await.unwrap().refresh.is_some());
    bench.ask(0, 1, &mail).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_wrong_client_costs_nobody_their_tokens() {
    // A secret that has ended, and an assertion of ours that has.
    for (left, number) in [(100, 7_000_222), (0, 7_000_222), (0, 50_013)] {
        let bench = with_token_left(left, provider("invalid_client", None, &[number])).await;
        let before = bench.record(1).await.unwrap();
        let answer = bench.ask(0, 1, &user_read()).await;
        if left > 0 {
            assert!(text(&answer.unwrap()).starts_with("AT/person-1/"), "what is left is used");
        } else {
            assert!(matches!(answer, Err(AcquireError::Misconfigured(_))), "{answer:?}");
        }
        assert_eq!(bench.record(1).await.unwrap().refresh, before.refresh);
        bench.ask(0, 1, &user_read()).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_authority_is_away_what_is_left_is_used() {
    for failure in [away(), throttled(30), provider("temporarily_unavailable", None, &[90_055])] {
        let bench = with_token_left(100, failure).await;
        bench.ask(0, 1, &user_read()).await.unwrap();
        assert_eq!(bench.entra.times_asked(), 1);
    }
    let bench = with_token_left(0, away()).await;
    let Err(AcquireError::Unavailable { retry_after, away: Away::Authority(_) }) = bench.ask(0, 1, &user_read()).await
    else {
        panic!("there is nothing left");
    };
    assert!(retry_after > 0);
    assert!(bench.record(1).await.unwrap().refresh.is_some());
}

#[tokio::test(start_paused = true)]
async fn the_authority_is_left_alone_for_as_long_as_it_asks_by_all() {
    let bench = Bench::new(2);
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.refusals.lock().unwrap().push(throttled(30));
    assert_eq!(bench.ask(0, 1, &user_read()).await.unwrap_err().retry_after(), Some(30));
    for (wait, replica) in [(0, 0), (0, 1), (28, 1)] {
        advance(seconds(wait)).await;
        let answer = bench.ask(replica, 1, &user_read()).await.unwrap_err();
        assert!(matches!(answer, AcquireError::Unavailable { away: Away::Waiting, .. }), "{answer}");
        assert!(answer.retry_after().unwrap() <= 31);
    }
    assert_eq!(bench.entra.times_asked(), 1);
    bench.ask(0, 1, &TokenRequest::new("Mail.Read".parse::<Scopes>().unwrap())).await.unwrap();
    advance(seconds(3)).await;
    bench.ask(1, 1, &user_read()).await.unwrap();
    assert_eq!(bench.entra.times_asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_ahead_is_nobodys_business() {
    let bench = Bench::new(1);
    bench.entra.mood.lock().unwrap().refresh_in = Some(Duration::minutes(30));
    bench.sign_in(0, 1).await;
    advance(seconds(1800)).await;
    bench.entra.refusals.lock().unwrap().push(away());
    for _ in 0..5 {
        bench.ask(0, 1, &user_read()).await.unwrap();
        tokio::time::sleep(seconds(1)).await;
    }
    assert_eq!(bench.entra.times_asked(), 1, "and not tried with each use");
    advance(seconds(31)).await;
    bench.ask(0, 1, &user_read()).await.unwrap();
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(bench.entra.times_asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn somebody_goes_on_when_the_one_who_refreshes_crashes() {
    let bench = std::sync::Arc::new(Bench::new(2));
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let first = {
        let bench = std::sync::Arc::clone(&bench);
        tokio::spawn(async move { bench.ask(0, 1, &user_read()).await })
    };
    tokio::time::sleep(seconds(1)).await;
    bench.replicas[0].state.crashed.store(true, Ordering::SeqCst);
    first.abort();
    let begun = bench.clock.now();
    bench.ask(1, 1, &user_read()).await.unwrap();
    assert_eq!(bench.entra.times_asked(), 2, "one more for the crash");
    assert!(bench.clock.now() - begun < Duration::seconds(12));
}

#[tokio::test(start_paused = true)]
async fn what_comes_too_late_is_not_written() {
    let bench = std::sync::Arc::new(Bench::new(2));
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let late = {
        let bench = std::sync::Arc::clone(&bench);
        tokio::spawn(async move { bench.ask(0, 1, &user_read()).await })
    };
    tokio::time::sleep(seconds(1)).await;
    bench.world.lock().unwrap().lose_leases();
    let next = bench.ask(1, 1, &user_read()).await.unwrap();
    // The first came back before the second, and found that it had been overtaken.
    let first = late.await.unwrap().unwrap();
    assert_eq!(text(&first), text(&next));
    assert_eq!(bench.entra.times_asked(), 2);
    let kept = serde_json::to_string(&bench.record(1).await.unwrap().access).unwrap();
    assert!(kept.contains(text(&next)));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_put_back_after_a_sign_out() {
    let bench = std::sync::Arc::new(Bench::new(2));
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let late = {
        let bench = std::sync::Arc::clone(&bench);
        tokio::spawn(async move { bench.ask(0, 1, &user_read()).await })
    };
    tokio::time::sleep(seconds(1)).await;
    assert!(bench.sign_out(1, 1).await);
    assert!(matches!(late.await.unwrap(), Err(AcquireError::InteractionRequired(_))));
    assert!(bench.record(1).await.is_none_or(|record| record.refresh.is_none() && record.access.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn tokens_stay_while_another_browser_needs_them() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let handle = bench.replicas[0].store.begin_for_tests(&super::bench::person_named(1)).await.unwrap();
    bench.sign_out(0, 1).await;
    bench.ask(0, 1, &user_read()).await.unwrap();
    bench.replicas[0].store.end_for_tests(&handle).await.unwrap();
    bench.replicas[0].cache.forget(&super::bench::person_named(1), &bench.replicas[0].store).await.unwrap();
    assert!(matches!(bench.ask(0, 1, &user_read()).await, Err(AcquireError::InteractionRequired(_))));
}
