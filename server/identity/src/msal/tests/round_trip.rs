//! From MSAL to us and back.

use proptest::prelude::*;

use super::*;
use crate::tokens::{CachedAccess, RefreshToken};

fn there_and_back(document: &Value) -> Value {
    let (people, report) = taken(document);
    assert_eq!((people.len(), report.left.len()), (1, 0), "{report:?}");
    // As it is stored.
    let record = serde_json::to_string(&record_of(&people[0])).unwrap();
    exported(&serde_json::from_str(&record).unwrap(), &people[0]).unwrap()
}

/// A document with a field that nobody knows in every entry, entries that we do not use, and members that nobody knows.
fn unusual() -> Value {
    let mut document = document();
    let mut pop = access_token(ROSA, LITWARE, "User.Read", "pop");
    pop["token_type"] = json!("pop");
    let mut family = refresh_token(ROSA, "family");
    family["family_id"] = json!("1");
    let own = access_token(ROSA, LITWARE, "Zoo.Feed user.read openid", "at");
    document["AccessToken"] = by_key(&[own, pop]);
    document["RefreshToken"] = by_key(&[refresh_token(ROSA, "rt"), family]);
    let metadata = json!({ "client_id": CLIENT, "environment": HOST, "family_id": "1" });
    document["AppMetadata"] = json!({ super::super::key::app_metadata(HOST, CLIENT): metadata });
    for member in ["Account", "IdToken", "AccessToken", "RefreshToken", "AppMetadata"] {
        for (key, entry) in document[member].as_object_mut().unwrap() {
            entry["of the future"] = json!({ "key": key, "n": [1, null, "x"] });
        }
    }
    document["Ticket"] = json!({ "t": credential(ROSA, "Ticket", "ticket") });
    document["Version"] = json!(9);
    document
}

#[test]
fn everything_survives() {
    let document = unusual();
    assert_eq!(there_and_back(&document), document);
}

#[test]
fn unknown_fields_of_a_refresh_token_survive_its_rotation_and_those_of_a_replaced_token_do_not() {
    let (people, _) = taken(&unusual());
    let mut record = record_of(&people[0]);
    record.refresh = Some(RefreshToken { secret: "rotated".to_owned().into(), expires_at: None });
    let newer = CachedAccess {
        secret: "newer".to_owned().into(),
        expires_at: now() + Duration::HOUR * 2,
        ..record.access[0].clone()
    };
    record.save(newer);
    let mut principal = people[0].principal.clone();
    principal.name = "Rosa Mbeki".to_owned();
    record.account = Some(principal);
    let written = exported(&record, &people[0]).unwrap();
    let find = |member: &str, secret: &str| {
        written[member].as_object().unwrap().values().find(|entry| entry["secret"] == secret)
    };
    assert!(find("RefreshToken", "rotated").unwrap()["of the future"].is_object());
    assert!(
        find("AccessToken", "newer").unwrap().get("of the future").is_none() && find("AccessToken", "at").is_none()
    );
    assert!(find("AccessToken", "pop").is_some() && find("RefreshToken", "family").is_some());
    assert!(written["IdToken"].as_object().unwrap().is_empty(), "it says what was known before");
    let account = written["Account"].as_object().unwrap().values().next().unwrap();
    assert!(account["of the future"].is_object());
    assert_eq!(account["name"], "Rosa Mbeki");
    assert!(account["tenantProfiles"][0].as_str().unwrap().contains("Rosa Mbeki"));
}

#[test]
fn somebody_who_signed_in_here_is_written_as_msal_would_have() {
    let (people, _) = taken(&document());
    let mut record = record_of(&people[0]);
    record.foreign.clear();
    let expires_at = now() + Duration::days(1);
    record.refresh = Some(RefreshToken { secret: "rt".to_owned().into(), expires_at: Some(expires_at) });
    record.access[0].refresh_on = Some(now() + Duration::MINUTE);
    record.account = Some(people[0].principal.clone());
    let written = exported(&record, &people[0]).unwrap();
    let id = home(ROSA);
    let account = &written["Account"][format!("{id}-{HOST}-{LITWARE}")];
    for (name, text) in [
        ("home_account_id", id.as_str()),
        ("environment", HOST),
        ("realm", &LITWARE.to_string()),
        ("local_account_id", &ROSA.to_string()),
        ("authority_type", "MSSTS"),
    ] {
        assert_eq!(account[name], text, "{name}");
    }
    let profile: Value = account["tenantProfiles"][0].as_str().unwrap().parse().unwrap();
    let expected = json!({ "tenantId": LITWARE, "localAccountId": ROSA, "name": "R", "username": "r@x.example", "isHomeTenant": true });
    assert_eq!(profile, expected);
    let access =
        &written["AccessToken"][format!("{id}-{HOST}-accesstoken-{CLIENT}-{LITWARE}-openid profile user.read-")];
    assert_eq!((&access["secret"], &access["expires_on"]), (&json!("at"), &seconds(now() + Duration::HOUR)));
    assert_eq!(access["refresh_on"], seconds(now() + Duration::MINUTE));
    let refresh = &written["RefreshToken"][format!("{id}-{HOST}-refreshtoken-{CLIENT}---")];
    assert_eq!((&refresh["secret"], &refresh["expires_on"]), (&json!("rt"), &seconds(expires_at)));
    let metadata = json!({ "client_id": CLIENT, "environment": HOST });
    assert_eq!(written["AppMetadata"], json!({ format!("appmetadata-{HOST}-{CLIENT}"): metadata }));
    let (again, report) = taken(&written);
    assert_eq!((refresh_secret(&again[0]), access_secrets(&again[0]), report.left.len()), (Some("rt"), vec!["at"], 0));
}

#[test]
fn without_tokens_there_is_no_document_and_expired_ones_are_not_written() {
    let (people, _) = taken(&document());
    assert_eq!(exported(&TokenRecord::default(), &people[0]), None);
    let mut record = record_of(&people[0]);
    record.access[0].expires_at = now();
    assert!(exported(&record, &people[0]).unwrap()["AccessToken"].as_object().unwrap().is_empty());
}

#[test]
fn tokens_that_end_together_are_told_apart_by_scopes_and_tenant() {
    let mut document = document();
    document["AccessToken"] = by_key(&[
        access_token(ROSA, LITWARE, "User.Read", "one"),
        access_token(ROSA, LITWARE, "api://x/Read", "two"),
        access_token(ROSA, TAILSPIN, "User.Read", "three"),
    ]);
    assert_eq!(there_and_back(&document)["AccessToken"], document["AccessToken"]);
}

proptest! {
    #[test]
    fn any_scopes_times_and_fields_survive(
        targets in prop::collection::btree_set("[A-Z][a-z]{1,5}\\.[A-Z][a-z]{1,5}", 1..6),
        life in 1..100_000_i64,
        age in 0..100_000_i64,
        field in "[a-z]{1,3}_[a-z]{1,8}",
        value in any::<i32>(),
    ) {
        let mut document = document();
        let scopes: Vec<&str> = targets.iter().rev().map(String::as_str).collect();
        let mut token = access_token(ROSA, LITWARE, &scopes.join(" "), "at");
        token["expires_on"] = seconds(now() + Duration::seconds(life));
        token["cached_at"] = seconds(now() - Duration::seconds(age));
        token["refresh_on"] = seconds(now() + Duration::seconds(life / 2));
        if token.get(&field).is_none() {
            token[&field] = value.into();
        }
        document["AccessToken"] = by_key(&[token]);
        document["AppMetadata"] = json!({ super::super::key::app_metadata(HOST, CLIENT): { "client_id": CLIENT, "environment": HOST } });
        prop_assert_eq!(there_and_back(&document), document);
    }
}
