//! Documents that are wrong.

use proptest::prelude::*;

use super::*;
use crate::MsalImportError;

fn refused(document: &[u8]) -> MsalImportError {
    Document::parse(document).err().unwrap()
}

#[test]
fn a_document_that_is_none_is_refused_and_the_error_says_where() {
    let json = |document: Value| refused(document.to_string().as_bytes());
    assert_eq!(json(json!([])).to_string(), "the document is not an object");
    for member in ["Account", "IdToken", "AccessToken", "RefreshToken", "AppMetadata"] {
        assert_eq!(json(json!({ member: ["secret"] })).to_string(), format!("{member} is not an object"));
    }
    assert_eq!(refused(b"{\n\"secret").to_string(), "the document is not JSON (line 2, column 7)");
    let deep = format!("{{\"Account\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(refused(deep.as_bytes()), MsalImportError::NotJson { .. }));
    assert_eq!(refused(&vec![b' '; (32 << 20) + 1]), MsalImportError::TooLarge);
    assert!(Document::parse(br#"{"Account":null}"#).is_ok());
}

#[test]
fn an_entry_with_a_wrong_field_is_left_out_and_the_others_are_taken() {
    let good = document();
    for (member, name) in [
        ("AccessToken", "secret"),
        ("AccessToken", "expires_on"),
        ("AccessToken", "cached_at"),
        ("AccessToken", "target"),
        ("AccessToken", "client_id"),
        ("AccessToken", "environment"),
        ("RefreshToken", "secret"),
        ("RefreshToken", "client_id"),
    ] {
        for wrong in [json!([]), json!({}), json!(true), json!(null), json!(""), json!(-1)] {
            let mut document = good.clone();
            for entry in document[member].as_object_mut().unwrap().values_mut() {
                entry[name] = wrong.clone();
            }
            let (people, report) = taken(&document);
            assert_eq!(people.len(), 1, "{member}.{name} = {wrong}");
            assert_eq!(
                left(&report),
                [(if member == "AccessToken" { "AccessToken" } else { "RefreshToken" }, MsalLeft::Unreadable, 1)],
                "{name}"
            );
        }
    }
}

#[test]
fn tokens_that_are_over_or_from_the_future_are_not_taken() {
    let mut document = document();
    let mut over = access_token(ROSA, LITWARE, "a", "over");
    over["expires_on"] = seconds(now());
    let mut future = access_token(ROSA, LITWARE, "b", "future");
    future["cached_at"] = seconds(now() + Duration::seconds(61));
    document["AccessToken"] = by_key(&[over, future, access_token(ROSA, LITWARE, "c", "good")]);
    let mut refresh = refresh_token(ROSA, "rt");
    refresh["expires_on"] = seconds(now());
    document["RefreshToken"] = by_key(&[refresh]);
    let (people, report) = taken(&document);
    assert_eq!((access_secrets(&people[0]), refresh_secret(&people[0])), (vec!["good"], None));
    let expected = [
        ("AccessToken", MsalLeft::Expired, 1),
        ("AccessToken", MsalLeft::FromTheFuture, 1),
        ("RefreshToken", MsalLeft::Expired, 1),
    ];
    assert_eq!(left(&report), expected);
}

#[test]
fn what_is_kept_of_one_person_is_bounded() {
    let mut document = document();
    let large = |n: usize| {
        (
            format!("k{n}"),
            json!({ "home_account_id": home(ROSA), "client_id": CLIENT, "environment": HOST, "x": "y".repeat(1000) }),
        )
    };
    document["Ticket"] = (0..100).map(large).collect::<Map<_, _>>().into();
    document["Blob"] = json!("z".repeat(40_000));
    let mut long = access_token(ROSA, LITWARE, "b", "long");
    long["secret"] = json!("s".repeat((32 << 10) + 1));
    document["AccessToken"] = by_key(&[long]);
    let (people, report) = taken(&document);
    assert_eq!(refresh_secret(&people[0]), Some("rt"), "the rest is taken");
    assert!(Value::Object(people[0].foreign.clone()).to_string().len() < 34 << 10);
    assert!(report.left[&("another member", MsalLeft::TooLarge)] > 60, "{report:?}");
    assert_eq!(report.left[&("AccessToken", MsalLeft::TooLarge)], 1);
}

#[test]
fn neither_report_nor_record_shows_a_secret() {
    let mut document = document();
    let mut pop = access_token(ROSA, LITWARE, "a", "very-secret-pop");
    pop["token_type"] = json!("pop");
    document["AccessToken"] = by_key(&[pop, access_token(ROSA, LITWARE, "a", "very-secret-bearer")]);
    let (people, mut report) = taken(&document);
    let mut record = TokenRecord::default();
    let merged = merge::into(&mut record, &people[0]);
    report.add(people[0].principal.clone(), &merged);
    let shown = format!("{report:?} {record:?} {merged:?}");
    assert!(!shown.contains("very-secret") && !shown.contains("r@x.example"), "{shown}");
    assert!(serde_json::to_string(&record).unwrap().contains("very-secret-pop"), "it is in there");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!(home(ROSA))),
        Just(json!(CLIENT)),
        Just(json!(HOST)),
    ];
    let names = prop_oneof![
        Just("home_account_id"),
        Just("environment"),
        Just("client_id"),
        Just("secret"),
        Just("target"),
        Just("realm"),
        Just("tenantProfiles"),
        Just("expires_on"),
        Just("cached_at"),
        Just("additionalCacheKeyComponents"),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        let fields = prop::collection::vec((names.clone(), inner.clone()), 0..6);
        let object =
            fields.prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), object.prop_map(Value::Object)]
    })
}

proptest! {
    #[test]
    fn whatever_an_entry_is_the_good_ones_beside_it_are_taken(entry in any_json(), member in 0..6_usize) {
        let mut document = document();
        let member = ["Account", "IdToken", "AccessToken", "RefreshToken", "AppMetadata", "New"][member];
        // Before all others.
        document[member]["!"] = entry;
        let (people, _) = taken(&document);
        let rosa = people.iter().find(|person| person.principal.account.home == home(ROSA)).unwrap();
        prop_assert!(refresh_secret(rosa).is_some());
        prop_assert!(access_secrets(rosa).contains(&"at"));
        prop_assert!(exported(&record_of(rosa), rosa).is_some());
    }
}
