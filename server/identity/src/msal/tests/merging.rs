//! What is there and what is brought.

use super::*;

/// Rosa's tokens of some moment.
fn brought(refresh: &str, access: &str, cached_at: OffsetDateTime) -> Incoming {
    let mut document = document();
    let mut token = access_token(ROSA, LITWARE, "User.Read", access);
    token["cached_at"] = seconds(cached_at);
    document["AccessToken"] = by_key(&[token]);
    document["RefreshToken"] = by_key(&[refresh_token(ROSA, refresh)]);
    taken(&document).0.remove(0)
}

fn secrets(record: &TokenRecord) -> (Option<&str>, Vec<&str>) {
    let access = record.access.iter().map(|token| token.secret.expose_secret()).collect();
    (record.refresh.as_ref().map(|token| token.secret.expose_secret()), access)
}

#[test]
fn newer_tokens_replace_older_ones_and_never_the_other_way_round() {
    let (old, new) = (now() - Duration::HOUR, now() - Duration::MINUTE);
    let mut record = record_of(&brought("old", "old", old));
    let merged = merge::into(&mut record, &brought("new", "new", new));
    assert_eq!((merged.refresh, merged.access, merged.left.len()), (true, 1, 0));
    assert_eq!(secrets(&record), (Some("new"), vec!["new"]));
    for time in [old, new] {
        let merged = merge::into(&mut record, &brought("late", "late", time));
        assert_eq!(merged.left, [("RefreshToken", MsalLeft::NotNewer), ("AccessToken", MsalLeft::NotNewer)]);
        assert_eq!(secrets(&record), (Some("new"), vec!["new"]));
    }
}

#[test]
fn whoever_has_signed_in_here_since_keeps_their_refresh_token() {
    let incoming = brought("theirs", "theirs", now() - Duration::MINUTE);
    let mut record = record_of(&brought("ours", "ours", now() - Duration::HOUR));
    record.access.clear();
    record.account = Some(incoming.principal.clone());
    let merged = merge::into(&mut record, &incoming);
    assert!(!merged.refresh);
    assert_eq!(secrets(&record), (Some("ours"), vec!["theirs"]), "of other resources they have none");
}

#[test]
fn there_is_room_for_so_many_tokens_and_those_that_end_first_give_way() {
    let mut document = document();
    let token = |n: i64| {
        let mut token = access_token(ROSA, LITWARE, &format!("api://{n}/Read"), &format!("t{n}"));
        token["expires_on"] = seconds(now() + Duration::HOUR + Duration::minutes(n));
        token
    };
    document["AccessToken"] = by_key(&(0..40).map(token).collect::<Vec<_>>());
    let record = record_of(&taken(&document).0[0]);
    assert_eq!(record.access.len(), 16);
    assert!(secrets(&record).1.contains(&"t39") && !secrets(&record).1.contains(&"t0"));
}

#[test]
fn the_refresh_token_that_was_stored_last_is_taken() {
    let mut document = document();
    let python = |target: &str, at: i64| {
        let mut token = refresh_token(ROSA, target);
        (token["target"], token["last_modification_time"]) = (json!(target), json!((1_795_000_000 + at).to_string()));
        token
    };
    document["RefreshToken"] = by_key(&[python("a", 1), python("b", 3), python("c", 2)]);
    let (people, report) = taken(&document);
    assert_eq!(refresh_secret(&people[0]), Some("b"));
    assert_eq!(left(&report), [("RefreshToken", MsalLeft::NotNewer, 1)]);
    let again = exported(&record_of(&people[0]), &people[0]).unwrap();
    let secrets: Vec<_> = again["RefreshToken"].as_object().unwrap().values().map(|token| &token["secret"]).collect();
    assert_eq!(secrets, ["b"]);
}

#[test]
fn what_is_bound_to_something_else_is_kept_and_not_used() {
    for (name, value) in [
        ("token_type", json!("pop")),
        ("key_id", json!("k")),
        ("userAssertionHash", json!("h")),
        ("resource", json!("https://r.example")),
        ("additionalCacheKeyComponents", json!({ "fmi_path": "x" })),
        ("requested_claims", json!("c")),
        ("ext_cache_key", json!("e")),
    ] {
        let mut document = document();
        let mut token = access_token(ROSA, LITWARE, "User.Read", "bound");
        token[name] = value;
        document["AccessToken"] = by_key(&[token]);
        let mut family = refresh_token(ROSA, "family");
        family["family_id"] = json!("1");
        let own = refresh_token(ROSA, "own");
        document["RefreshToken"] = by_key(&[family, own]);
        let (people, report) = taken(&document);
        assert_eq!((access_secrets(&people[0]), refresh_secret(&people[0])), (vec![], Some("own")), "{name}");
        assert_eq!((people[0].kept(), report.left.len()), (3, 0), "with the ID token");
        let again = exported(&record_of(&people[0]), &people[0]).unwrap();
        assert_eq!(again["AccessToken"], document["AccessToken"], "{name}");
        assert_eq!(again["RefreshToken"], document["RefreshToken"]);
    }
}

#[test]
fn an_account_without_tokens_is_left_out() {
    let mut document = document();
    (document["AccessToken"], document["RefreshToken"]) = (json!({}), json!({}));
    let (people, report) = taken(&document);
    assert_eq!((people.len(), left(&report)), (0, vec![("Account", MsalLeft::NoTokens, 1)]));
}

#[test]
fn what_is_kept_does_not_grow_with_every_document() {
    let mut record = TokenRecord::default();
    for round in 0..5 {
        let mut document = document();
        document[format!("Blob{round}")] = json!("z".repeat(25_000));
        merge::into(&mut record, &taken(&document).0[0]);
        let kept = Value::Object(record.foreign.clone()).to_string();
        assert!(kept.len() < 64 << 10, "{}", kept.len());
        assert!(kept.contains(&format!("Blob{round}")), "the newest stays");
    }
}

#[test]
fn a_newer_refresh_token_settles_what_was() {
    let mut record = TokenRecord::default();
    record.note_wait("a request", now() + Duration::HOUR, now());
    merge::into(&mut record, &brought("new", "new", now()));
    assert_eq!(record.wait("a request", now()), None);
}
