//! Which copy is used, when another one is got, and who waits for it.

use std::sync::Arc;

use time::Duration;
use tokio::time::{Instant, advance};
use uuid::Uuid;

use super::bench::{Bench, authority, person_named, text, user_read};
use crate::{
    error::ClaimsChallenge,
    groups::KnownGroups,
    tokens::{AcquireError, Scopes, TokenRequest, TokenSource, local::Holder, owner::Owner},
};

fn holder(epoch: u64) -> Holder {
    Holder { name: "session".to_owned(), epoch }
}

fn seconds(seconds: u64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn memory_then_store_then_authority() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let tokens = &bench.replicas[0].tokens;
    let ask = async |epoch| {
        let owner = Owner::person(&person_named(1), &authority());
        tokens.silent(owner, Some(holder(epoch)), &user_read()).await.unwrap()
    };
    assert_eq!(ask(1).await.source(), TokenSource::Store);
    assert_eq!(ask(1).await.source(), TokenSource::Memory);
    assert_eq!(ask(2).await.source(), TokenSource::Store, "of another state of the session nothing is known");
    assert_eq!(bench.entra.times_asked(), 0);
    advance(seconds(3600 - 300)).await;
    assert_eq!(ask(2).await.source(), TokenSource::Memory);
    advance(seconds(1)).await;
    let renewed = ask(2).await;
    assert_eq!((renewed.source(), bench.entra.times_asked()), (TokenSource::Authority, 1));
}

#[tokio::test(start_paused = true)]
async fn whoever_has_no_tokens_has_to_sign_in() {
    let bench = Bench::new(1);
    let request = TokenRequest::new("Mail.Read".parse::<Scopes>().unwrap()).at_tenant(Uuid::max());
    let Err(AcquireError::InteractionRequired(required)) = bench.ask(0, 1, &request).await else {
        panic!("there is nothing to get one with");
    };
    assert_eq!((required.scopes.to_string().as_str(), required.tenant), ("Mail.Read", Some(Uuid::max())));
    assert_eq!(bench.entra.times_asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_refresh_token_leaves_the_one_from_before() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let before = bench.record(1).await.unwrap().refresh;
    advance(seconds(1)).await;
    bench.entra.mood.lock().unwrap().rotates = false;
    bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().refresh, before);
    bench.entra.mood.lock().unwrap().rotates = true;
    advance(seconds(1)).await;
    bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    assert_ne!(bench.record(1).await.unwrap().refresh, before);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_while_the_old_one_is_used() {
    let bench = Bench::new(1);
    bench.entra.mood.lock().unwrap().refresh_in = Some(Duration::minutes(30));
    bench.sign_in(0, 1).await;
    let first = bench.ask(0, 1, &user_read()).await.unwrap();
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    advance(seconds(1800)).await;

    let begun = Instant::now();
    let same = bench.ask(0, 1, &user_read()).await.unwrap();
    assert_eq!((text(&same), begun.elapsed()), (text(&first), seconds(0)), "nobody waits");
    bench.ask(0, 1, &user_read()).await.unwrap();
    tokio::time::sleep(seconds(4)).await;
    let next = bench.ask(0, 1, &user_read()).await.unwrap();
    assert_ne!(text(&next), text(&first));
    assert_eq!((next.source(), bench.entra.times_asked()), (TokenSource::Store, 1));
}

#[tokio::test(start_paused = true)]
async fn force_and_claims_pass_the_cache_by_and_fill_it() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let first = bench.ask(0, 1, &user_read()).await.unwrap();
    advance(seconds(1)).await;
    let forced = bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    assert_ne!(text(&forced), text(&first));
    let claims = ClaimsChallenge::read("{\"access_token\":{}}").unwrap();
    let challenged = bench.ask(0, 1, &user_read().with_claims(claims.clone())).await.unwrap();
    assert_eq!(text(&bench.ask(0, 1, &user_read()).await.unwrap()), text(&challenged));
    let asked = bench.entra.asked.lock().unwrap();
    assert_eq!((asked.len(), &asked[1].claims), (2, &Some(claims)));
}

#[tokio::test(start_paused = true)]
async fn the_same_question_at_the_same_time_is_asked_once() {
    let bench = Arc::new(Bench::new(3));
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let asking = (0..150).map(|n| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move { bench.ask(n % 3, 1, &user_read()).await.unwrap() })
    });
    let tokens = futures::future::join_all(asking).await;
    assert_eq!(bench.entra.times_asked(), 1);
    let first = text(tokens[0].as_ref().unwrap());
    assert!(tokens.iter().all(|token| text(token.as_ref().unwrap()) == first));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_goes_on_when_whoever_began_it_has_left() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let left = tokio::time::timeout(seconds(1), bench.ask(0, 1, &user_read())).await;
    assert!(left.is_err());
    tokio::time::sleep(seconds(3)).await;
    assert_eq!(bench.ask(0, 1, &user_read()).await.unwrap().source(), TokenSource::Store);
    assert_eq!(bench.entra.times_asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_people_on_one_replica_have_what_is_theirs() {
    let bench = Bench::new(1);
    for person in [1, 2] {
        bench.sign_in(0, person).await;
        for request in [user_read(), user_read().force_refresh()] {
            let token = bench.ask(0, person, &request).await.unwrap();
            assert!(text(&token).starts_with(&format!("AT/person-{person}/")));
        }
    }
    for person in [1, 2] {
        let record = serde_json::to_string(&bench.record(person).await).unwrap();
        assert!(
            record.contains(&format!("RT/person-{person}/")) && !record.contains(&format!("person-{}/", 3 - person))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_has_its_own_tokens_and_nobody_to_ask() {
    let bench = Bench::new(1);
    let ask = async || {
        let owner = Owner::application("client", Uuid::nil(), &authority());
        let request = TokenRequest::new("api://x/.default".parse::<Scopes>().unwrap());
        bench.replicas[0].tokens.silent(owner, None, &request).await
    };
    assert_eq!(text(&ask().await.unwrap()), "AT/app/1");
    assert_eq!(text(&ask().await.unwrap()), "AT/app/1");
    advance(seconds(3601)).await;
    let refused = crate::error::ProviderError { error: "invalid_grant", ..crate::error::ProviderError::default() };
    bench.entra.refusals.lock().unwrap().push(crate::tokens::GrantError::Provider(Box::new(refused)));
    assert!(matches!(ask().await, Err(AcquireError::Misconfigured(_))));
}

#[tokio::test(start_paused = true)]
async fn a_callers_tokens_are_found_with_the_same_assertion_only() {
    let bench = Bench::new(1);
    let ask = async |assertion: &str| {
        let owner = Owner::caller(&assertion.to_owned().into(), Uuid::nil(), &authority());
        bench.replicas[0].tokens.silent(owner, None, &user_read()).await.unwrap()
    };
    let (one, again, other) = (ask("one").await, ask("one").await, ask("other").await);
    assert_eq!((text(&one), text(&again)), ("AT/one/1", "AT/one/1"));
    assert_eq!(text(&other), "AT/other/2");
}

#[tokio::test(start_paused = true)]
async fn the_account_is_kept_as_it_was_described_last() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    assert_eq!(bench.record(1).await.unwrap().account, Some(person_named(1)));
    let renamed = crate::claims::Principal { name: "Somebody else now".to_owned(), ..person_named(1) };
    *bench.entra.news.lock().unwrap() = Some(renamed.clone());
    advance(seconds(1)).await;
    // At another tenant the same person is another account.
    bench.ask(0, 1, &user_read().at_tenant(Uuid::max())).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().account, Some(person_named(1)));
    bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().account, Some(renamed));
}

#[tokio::test(start_paused = true)]
async fn the_tokens_of_somebody_else_are_not_taken() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let before = bench.record(1).await.unwrap();
    *bench.entra.news.lock().unwrap() = Some(person_named(2));
    advance(seconds(1)).await;
    let answer = bench.ask(0, 1, &user_read().force_refresh()).await;
    assert!(matches!(answer, Err(AcquireError::OtherPerson)), "{answer:?}");
    let after = bench.record(1).await.unwrap();
    assert_eq!((after.refresh, after.access, after.account), (before.refresh, before.access, before.account));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_says_nothing_about_groups_leaves_what_is_known_of_them() {
    let bench = Bench::new(1);
    let known = serde_json::json!({ "ids": [], "as_of": 0, "stale": false, "own": [] });
    let known: KnownGroups = serde_json::from_value(known).unwrap();
    let (tokens, signed_in) = (&bench.replicas[0].tokens, bench.entra.signed_in("person-1"));
    tokens.keep(&person_named(1), &signed_in, Some(&known)).await.unwrap();
    advance(seconds(1)).await;
    bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().groups.as_ref(), Some(&known), "without an ID token");
    *bench.entra.news.lock().unwrap() = Some(person_named(1));
    bench.ask(0, 1, &user_read().at_tenant(Uuid::max())).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().groups.as_ref(), Some(&known), "of another tenant");
    advance(seconds(1)).await;
    bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    assert_eq!(bench.record(1).await.unwrap().groups, None);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_outdates_the_copies_of_all_sessions() {
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let epochs = || -> Vec<u64> {
        let world = bench.world.lock().unwrap();
        world.values().filter(|(key, _)| key.starts_with("sess:")).map(|(_, session)| session.version).collect()
    };
    let before = epochs();
    let granted = bench.entra.signed_in("person-1");
    bench.replicas[0].tokens.keep(&person_named(1), &granted, None).await.unwrap();
    let after = epochs();
    assert_eq!((before.len(), after.len()), (1, 1));
    assert!(after > before);
}
