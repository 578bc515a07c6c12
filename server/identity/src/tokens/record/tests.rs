//! What is kept, what makes room for it, and what is found again.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use super::*;
use crate::{error::ErrorClass, tokens::tests::bench::access as token};

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn secrets(record: &TokenRecord) -> Vec<&str> {
    use secrecy::ExposeSecret;
    record.access.iter().map(|token| token.secret.expose_secret()).collect()
}

#[test]
fn a_token_ages_five_minutes_before_its_end() {
    let mut token = token("a", "User.Read", Duration::hours(1));
    assert_eq!(token.age(NOW + Duration::minutes(55)), Age::Fresh);
    assert_eq!(token.age(NOW + Duration::minutes(55) + Duration::SECOND), Age::Expiring);
    assert_eq!(token.age(NOW + Duration::hours(1)), Age::Expired);
    token.refresh_on = Some(NOW + Duration::minutes(30));
    assert_eq!(token.age(NOW + Duration::minutes(29)), Age::Fresh);
    assert_eq!(token.age(NOW + Duration::minutes(30)), Age::DueForRefresh);
    assert_eq!(token.age(NOW + Duration::minutes(56)), Age::Expiring, "which is more pressing");
}

#[test]
fn a_token_for_more_is_found_and_one_of_another_tenant_is_not() {
    let mut record = TokenRecord::default();
    record.save(token("a", "User.Read Mail.Read", Duration::hours(1)));
    let asked: Scopes = "mail.read".parse().unwrap();
    assert!(record.find(None, &asked, NOW).is_some());
    assert!(record.find(Some(Uuid::nil()), &asked, NOW).is_none());
    assert!(record.find(None, &"Mail.Send".parse().unwrap(), NOW).is_none());
}

#[test]
fn the_scopes_that_were_asked_for_find_what_they_were_answered_with() {
    let mut record = TokenRecord::default();
    let mut answer = token("a", "api://x/.default", Duration::hours(1));
    answer.granted = "api://x/Read api://x/Write".parse().unwrap();
    record.save(answer);
    assert!(record.find(None, &"api://x/.default".parse().unwrap(), NOW).is_some());
    assert!(record.find(None, &"api://x/Write".parse().unwrap(), NOW).is_some());
}

#[test]
fn a_token_from_the_future_is_passed_over() {
    let mut record = TokenRecord::default();
    record.save(token("a", "User.Read", Duration::hours(1)));
    let asked: Scopes = "User.Read".parse().unwrap();
    assert!(record.find(None, &asked, NOW - CLOCKS_APART).is_some());
    assert!(record.find(None, &asked, NOW - CLOCKS_APART - Duration::SECOND).is_none());
}

#[test]
fn a_new_token_replaces_those_for_the_same_scopes() {
    let mut record = TokenRecord::default();
    record.save(token("a", "User.Read", Duration::hours(1)));
    record.save(token("b", "api://x/Read", Duration::hours(1)));
    record.save(CachedAccess { tenant: Some(Uuid::nil()), ..token("c", "User.Read", Duration::hours(1)) });
    record.save(token("d", "User.Read Mail.Read", Duration::hours(1)));
    assert_eq!(secrets(&record), ["b", "c", "d"]);
}

#[test]
fn the_number_of_tokens_is_bounded_and_what_is_over_goes_first() {
    let mut record = TokenRecord::default();
    for n in 0..MOST_ACCESS_TOKENS {
        let life = Duration::hours(10 + i64::try_from(n).unwrap());
        record.save(token(&format!("t{n}"), &format!("api://{n}/Read"), life));
    }
    record.save(token("one more", "User.Read", Duration::hours(5)));
    assert_eq!(record.access.len(), MOST_ACCESS_TOKENS);
    assert!(!secrets(&record).contains(&"t0") && secrets(&record).contains(&"one more"));
    let late = CachedAccess { cached_at: NOW + Duration::hours(15), ..token("late", "Mail.Read", Duration::hours(30)) };
    record.save(late);
    assert!(!secrets(&record).contains(&"one more"), "it is over");
}

#[test]
fn a_wait_is_for_one_request_and_ends() {
    let mut record = TokenRecord::default();
    record.note_wait("a", NOW + Duration::SECOND, NOW);
    assert_eq!(record.wait("a", NOW), Some(NOW + Duration::SECOND));
    assert_eq!((record.wait("b", NOW), record.wait("a", NOW + Duration::SECOND)), (None, None));
    record.settle("a");
    assert_eq!(record.wait("a", NOW), None);
}

#[test]
fn waits_are_bounded_and_the_last_one_counts() {
    let mut record = TokenRecord::default();
    record.note_wait("a", NOW + Duration::SECOND, NOW);
    record.note_wait("a", NOW + Duration::MINUTE, NOW);
    assert_eq!(record.wait("a", NOW), Some(NOW + Duration::MINUTE));
    for n in 0..2 * MOST_ACCESS_TOKENS {
        record.note_wait(&n.to_string(), NOW + Duration::MINUTE, NOW);
    }
    assert_eq!(record.waits.len(), MOST_ACCESS_TOKENS);
    record.note_wait("b", NOW + Duration::HOUR, NOW + Duration::MINUTE);
    assert_eq!(record.waits.len(), 1, "those that are over make room");
}

#[test]
fn refusals_are_bounded_and_the_last_one_counts() {
    let mut record = TokenRecord::default();
    let mut refuse = |request: &str, class| {
        let scopes = "User.Read".parse().unwrap();
        let required = InteractionRequired { scopes, tenant: None, claims: None, class, error: None };
        record.refuse(request.to_owned(), &required);
        (record.refusals.len(), record.refused_for(&required.scopes).unwrap().step)
    };
    assert_eq!(refuse("a", ErrorClass::Consent), (1, InteractionStep::Consent));
    assert_eq!(refuse("a", ErrorClass::SessionExpired), (1, InteractionStep::SignIn));
    assert_eq!(refuse("b", ErrorClass::Consent), (2, InteractionStep::Consent));
    for n in 0..2 * MOST_ACCESS_TOKENS {
        refuse(&n.to_string(), ErrorClass::SessionExpired);
    }
    assert_eq!(refuse("c", ErrorClass::Consent), (MOST_ACCESS_TOKENS, InteractionStep::Consent));
}

#[test]
fn what_is_over_or_answered_the_same_question_goes_and_the_longest_lasting_is_found() {
    let mut record = TokenRecord::default();
    record.save(token("a", "api://x/Read", Duration::hours(1)));
    let later = NOW + Duration::hours(2);
    record.save(CachedAccess { cached_at: later, ..token("b", "User.Read", Duration::hours(9)) });
    assert_eq!(secrets(&record), ["b"], "the other is over");
    let answer = |secret: &str, granted: &str| CachedAccess {
        granted: granted.parse().unwrap(),
        ..token(secret, "api://x/.default", Duration::hours(1))
    };
    record.save(answer("c", "api://x/Read"));
    record.save(answer("d", "api://x/Write"));
    assert_eq!(secrets(&record), ["b", "d"]);
    record.access = vec![token("e", "User.Read", Duration::hours(2)), token("f", "User.Read", Duration::hours(1))];
    let found = record.find(None, &"User.Read".parse().unwrap(), NOW).unwrap();
    assert_eq!(found.expires_at, NOW + Duration::hours(2));
}

#[test]
fn neither_debug_nor_equality_gives_a_token_away() {
    let one = token("a-very-secret-token", "User.Read", Duration::hours(1));
    assert!(!format!("{one:?}").contains("very-secret"));
    assert_eq!(one, one.clone());
    assert_ne!(one, token("another", "User.Read", Duration::hours(1)));
}

#[test]
fn a_refresh_token_ends_only_where_the_authority_says_so() {
    let mut refresh = RefreshToken { secret: "r".to_owned().into(), expires_at: None };
    assert!(refresh.is_alive(NOW + Duration::days(1000)));
    refresh.expires_at = Some(NOW + Duration::hours(1));
    assert!(refresh.is_alive(NOW + Duration::minutes(54)) && !refresh.is_alive(NOW + Duration::minutes(55)));
}

#[test]
fn what_comes_from_elsewhere_and_ends_first_makes_no_room_for_itself() {
    let mut record = TokenRecord::default();
    for n in 0..MOST_ACCESS_TOKENS {
        record.save(token(&format!("t{n}"), &format!("api://{n}/Read"), Duration::hours(10)));
    }
    let before = record.clone();
    assert!(!record.save_unless_newer(token("short", "User.Read", Duration::hours(5))));
    assert!(record == before, "nothing has gone");
    assert!(record.save_unless_newer(token("long", "User.Read", Duration::hours(15))));
}
