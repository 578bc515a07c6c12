//! What is under way for one question is no answer to another, and what somebody else does is waited for, though not for ever.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use time::Duration;
use tokio::time::{Instant, advance, sleep};
use uuid::Uuid;

use super::{
    bench::{Bench, authority, person_named, text, user_read},
    simulated_state::{Dice, World},
};
use crate::{
    error::{ClaimsChallenge, ProviderError, UpstreamError},
    tokens::{
        AcquireError, Away, GrantError, Granted, Scopes, TokenRequest, TokenSource,
        local::Holder,
        owner::Owner,
        partition::Partition,
        record::{RefreshToken, TokenRecord},
    },
};

fn seconds(seconds: u64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds)
}

/// People who have just signed in, at an authority that takes its time.
async fn slow(replicas: u64, takes: u64) -> Arc<Bench> {
    let bench = Bench::new(replicas);
    for person in [1, 2] {
        bench.sign_in(0, person).await;
    }
    advance(seconds(1)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(takes);
    Arc::new(bench)
}

fn mail() -> TokenRequest {
    TokenRequest::new("Mail.Read".parse::<Scopes>().unwrap())
}

#[tokio::test(start_paused = true)]
async fn questions_that_differ_are_not_answered_together() {
    let bench = slow(1, 3).await;
    let (force, mails) = (user_read().force_refresh(), mail().force_refresh());
    let (one, two, mails) = tokio::join!(bench.ask(0, 1, &force), bench.ask(0, 2, &force), bench.ask(0, 1, &mails));
    assert!(text(&one.unwrap()).starts_with("AT/person-1/") && text(&two.unwrap()).starts_with("AT/person-2/"));
    assert_eq!(mails.unwrap().scopes().to_string(), "Mail.Read");

    let claims = |text: &str| user_read().with_claims(ClaimsChallenge::read(text).unwrap());
    let (one, two) = (claims("{\"access_token\":{}}"), claims("{\"id_token\":{}}"));
    let (first, second) = tokio::join!(bench.ask(0, 1, &one), bench.ask(0, 1, &two));
    assert_ne!(text(&first.unwrap()), text(&second.unwrap()));
}

#[tokio::test(start_paused = true)]
async fn whoever_wants_a_new_token_does_not_get_one_from_before() {
    let bench = slow(2, 3).await;
    advance(seconds(3600)).await;
    let ask = |replica: usize, request: TokenRequest| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move { bench.ask(replica, 1, &request).await.unwrap() })
    };
    let elsewhere = ask(1, user_read());
    sleep(seconds(1)).await;
    let waiting = ask(0, user_read());
    sleep(seconds(1)).await;
    let forced = ask(0, user_read().force_refresh());
    let (elsewhere, waiting, forced) = tokio::join!(elsewhere, waiting, forced);
    let (first, forced) = (elsewhere.unwrap(), forced.unwrap());
    assert_eq!(text(&first), text(&waiting.unwrap()));
    assert_ne!(text(&first), text(&forced));
}

#[tokio::test(start_paused = true)]
async fn a_slow_refresh_keeps_its_lease_and_is_not_waited_for_without_end() {
    for (takes, is_there) in [(9, true), (60, false)] {
        let bench = slow(2, takes).await;
        let first = {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { bench.ask(0, 1, &mail()).await.unwrap() })
        };
        sleep(seconds(1)).await;
        let begun = Instant::now();
        let second = tokio::time::timeout(seconds(50), bench.ask(1, 1, &mail())).await.unwrap();
        match second {
            Ok(token) => assert!(is_there && token.source() == TokenSource::Store),
            Err(AcquireError::Unavailable { away: Away::Busy, .. }) => assert!(!is_there),
            Err(other) => panic!("{other}"),
        }
        assert!(begun.elapsed() < seconds(22), "{takes}");
        first.await.unwrap();
        assert_eq!(bench.entra.times_asked(), 1, "{takes}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_replicas_get_one_token_for_the_application_and_keep_it_as_long_as_it_lasts() {
    let bench = slow(2, 3).await;
    let owner = Owner::application("client", Uuid::nil(), &authority());
    let request = TokenRequest::new("api://x/.default".parse::<Scopes>().unwrap());
    let ask = |replica: usize| bench.replicas[replica].tokens.silent(owner.clone(), None, &request);
    let (one, two) = tokio::join!(ask(0), ask(1));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((text(&one), bench.entra.times_asked()), (text(&two), 1));
    let world = bench.world.lock().unwrap();
    let (_, kept) = world.values().find(|(key, _)| **key == owner.partition.key).unwrap();
    assert_eq!(kept.expires_at, one.expires_at());
}

#[tokio::test(start_paused = true)]
async fn so_many_are_renewed_at_once_and_no_more() {
    let bench = Bench::new(1);
    bench.entra.mood.lock().unwrap().refresh_in = Some(Duration::minutes(30));
    for person in 0..12 {
        bench.sign_in(0, person).await;
    }
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    advance(seconds(1800)).await;
    for person in 0..12 {
        bench.ask(0, person, &user_read()).await.unwrap();
    }
    sleep(seconds(1)).await;
    assert_eq!(bench.entra.times_asked(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_renewed_as_well_and_passed_by_when_that_is_asked_for() {
    let bench = Bench::new(1);
    bench.entra.mood.lock().unwrap().refresh_in = Some(Duration::minutes(30));
    bench.sign_in(0, 1).await;
    let ask = async |request: TokenRequest| {
        let owner = Owner::person(&person_named(1), &authority());
        let holder = Holder { name: "session".to_owned(), epoch: 1 };
        bench.replicas[0].tokens.silent(owner, Some(holder), &request).await.unwrap().source()
    };
    assert_eq!(ask(user_read()).await, TokenSource::Store);
    advance(seconds(1800)).await;
    assert_eq!(ask(user_read()).await, TokenSource::Memory);
    sleep(seconds(1)).await;
    assert_eq!(bench.entra.times_asked(), 1, "renewed");
    assert_eq!(ask(user_read().force_refresh()).await, TokenSource::Authority);
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_meanwhile_is_no_spare() {
    let bench = slow(1, 200).await;
    advance(seconds(3500)).await;
    let away = UpstreamError::Unreachable { endpoint: "token", reason: "timeout" };
    bench.entra.refusals.lock().unwrap().push(GrantError::Upstream(away));
    let answer = bench.ask(0, 1, &user_read()).await;
    assert!(matches!(answer, Err(AcquireError::Unavailable { .. })), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn a_guest_is_asked_for_elsewhere_and_may_be_somebody_else_there() {
    let bench = slow(1, 0).await;
    bench.ask(0, 1, &user_read().at_tenant(Uuid::nil())).await.unwrap();
    assert_eq!(bench.entra.times_asked(), 0, "that is where they are at home");
    *bench.entra.news.lock().unwrap() = Some(person_named(2));
    bench.ask(0, 1, &user_read().at_tenant(Uuid::max())).await.unwrap();
    assert_eq!(bench.entra.asked.lock().unwrap()[0].tenant, Some(Uuid::max()));
    assert_eq!(bench.record(1).await.unwrap().account, Some(person_named(1)));
}

#[tokio::test(start_paused = true)]
async fn the_refresh_token_of_a_sign_in_meanwhile_stays() {
    let bench = slow(2, 3).await;
    let refresh = {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move { bench.ask(0, 1, &user_read().force_refresh()).await.unwrap() })
    };
    sleep(seconds(1)).await;
    bench.sign_in(1, 1).await;
    let brought = bench.record(1).await.unwrap().refresh;
    refresh.await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().refresh, brought);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_settles_what_was_and_leaves_a_refresh_token_that_it_does_not_replace() {
    let bench = slow(1, 0).await;
    let throttled = GrantError::Upstream(UpstreamError::Throttled { endpoint: "token", retry_after: Some(30) });
    bench.entra.refusals.lock().unwrap().push(throttled);
    bench.ask(0, 1, &mail()).await.unwrap_err();
    let before = bench.record(1).await.unwrap().refresh;
    let granted = Granted { refresh: None, ..bench.entra.signed_in("person-1") };
    bench.replicas[0].tokens.keep(&person_named(1), &granted, None).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().refresh, before);
    bench.ask(0, 1, &mail()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_noted_until_a_refresh_has_gone_well() {
    let bench = slow(1, 0).await;
    let refused = ProviderError { error: "invalid_grant", codes: vec![50_076], ..ProviderError::default() };
    bench.entra.refusals.lock().unwrap().push(GrantError::Provider(Box::new(refused)));
    bench.ask(0, 1, &mail()).await.unwrap_err();
    assert!(bench.record(1).await.unwrap().refused_for(mail().scopes()).is_some());
    bench.ask(0, 1, &mail()).await.unwrap();
    assert!(bench.record(1).await.unwrap().refused_for(mail().scopes()).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_has_ended_is_not_sent() {
    let bench = slow(1, 0).await;
    let over = |refresh: RefreshToken| RefreshToken { expires_at: Some(bench.clock.now()), ..refresh };
    let end = |record: &mut TokenRecord| record.refresh = record.refresh.take().map(over);
    bench.replicas[0].tokens.amend(&person_named(1), end).await.unwrap();
    let answer = bench.ask(0, 1, &mail()).await;
    assert!(matches!(answer, Err(AcquireError::InteractionRequired(_))), "{answer:?}");
    assert_eq!(bench.entra.times_asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_change_is_made_again_to_what_somebody_else_has_written_meanwhile() {
    let bench = slow(1, 0).await;
    let (key, changes) = (Partition::of(&person_named(1)).key, AtomicUsize::new(0));
    let change = |_: &mut TokenRecord| {
        if changes.fetch_add(1, Ordering::SeqCst) == 0 {
            bench.world.lock().unwrap().rewrite(&key);
        }
    };
    bench.replicas[0].tokens.amend(&person_named(1), change).await.unwrap();
    assert_eq!(changes.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_an_older_lease_than_the_record_asks_nobody() {
    let dice = Arc::new(Dice::new(1));
    let bench = Bench::with(1, |state| state.dice = Some(Arc::clone(&dice)));
    bench.sign_in(0, 1).await;
    bench.replicas[0].tokens.amend(&person_named(1), |record| record.fence = u64::MAX).await.unwrap();
    let answer = bench.ask(0, 1, &mail()).await;
    assert!(matches!(answer, Err(AcquireError::Unavailable { away: Away::Busy, .. })), "{answer:?}");
    assert_eq!(bench.entra.times_asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_for_whoever_signs_out_before_the_fence_is_written() {
    let bench = slow(1, 0).await;
    let key = Partition::of(&person_named(1)).key;
    let signed_out = move |world: &mut World| {
        world.rewrite(&key);
        world.values.get_mut(&key).unwrap().value.clear();
    };
    *bench.replicas[0].state.meanwhile.lock().unwrap() = Some(Box::new(signed_out));
    let answer = bench.ask(0, 1, &mail()).await;
    assert!(matches!(answer, Err(AcquireError::InteractionRequired(_))), "{answer:?}");
    assert_eq!(bench.entra.times_asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_first_record_that_somebody_else_writes_meanwhile_stays() {
    let bench = slow(1, 0).await;
    let owner = Owner::application("client", Uuid::nil(), &authority());
    let request = TokenRequest::new("api://x/.default".parse::<Scopes>().unwrap());
    let ask = || bench.replicas[0].tokens.silent(owner.clone(), None, &request);
    let first = ask().await.unwrap();
    let key = owner.partition.key.clone();
    let kept = bench.world.lock().unwrap().values.remove(&key).unwrap();
    let written = move |world: &mut World| drop(world.values.insert(key, kept));
    *bench.replicas[0].state.meanwhile.lock().unwrap() = Some(Box::new(written));
    assert_eq!(text(&ask().await.unwrap()), text(&first));
    assert_eq!(bench.entra.times_asked(), 1);
}
