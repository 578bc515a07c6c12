//! Whose is what.

use super::*;
use crate::config::B2cAuthority;

#[test]
fn a_person_is_taken_with_their_tokens() {
    let (people, report) = taken(&document());
    let [rosa] = &people[..] else { panic!("{report:?}") };
    assert_eq!(rosa.principal.account.home, home(ROSA));
    assert_eq!(rosa.principal.home_account.as_ref(), Some(&rosa.principal.account));
    assert_eq!((rosa.principal.name.as_str(), rosa.principal.username.as_deref()), ("R", Some("r@x.example")));
    assert_eq!(rosa.principal.issuer, format!("https://login.microsoftonline.com/{LITWARE}/v2.0"));
    assert!(rosa.principal.roles.is_empty(), "the document proves none");
    assert_eq!((refresh_secret(rosa), access_secrets(rosa)), (Some("rt"), vec!["at"]));
    let token = &rosa.access[0];
    assert_eq!(token.granted.to_string(), "openid profile User.Read");
    assert_eq!((token.cached_at, token.expires_at), (now() - Duration::MINUTE, now() + Duration::HOUR));
    assert_eq!((token.tenant, token.refresh_on, report.left.len()), (None, None, 0));
}

#[test]
fn a_guest_has_the_refresh_token_in_each_tenant_and_the_access_tokens_where_they_belong() {
    let mut document = document();
    document["Account"] = account(ROSA, &[(LITWARE, ROSA), (TAILSPIN, IVO)]);
    let tokens = [access_token(ROSA, LITWARE, "User.Read", "home"), access_token(ROSA, TAILSPIN, "User.Read", "guest")];
    document["AccessToken"] = by_key(&tokens);
    let (people, report) = taken(&document);
    assert_eq!(people.len(), 2, "{report:?}");
    for (person, name, token) in [(&people[0], home(ROSA), "home"), (&people[1], format!("{IVO}.{TAILSPIN}"), "guest")]
    {
        assert_eq!(person.principal.account.home, name);
        assert_eq!(person.principal.home_account.as_ref().unwrap().home, home(ROSA));
        assert_eq!((refresh_secret(person), access_secrets(person)), (Some("rt"), vec![token]));
        let account = person.foreign["Account"].as_object().unwrap().values().next().unwrap();
        assert_eq!(account["tenantProfiles"].as_array().unwrap().len(), 1, "each has their own profile");
    }
}

#[test]
fn a_token_of_a_tenant_without_a_profile_is_the_account_s_at_home() {
    let mut document = document();
    document["AccessToken"] = by_key(&[access_token(ROSA, TAILSPIN, "User.Read", "there")]);
    let (people, _) = taken(&document);
    assert_eq!(people[0].access[0].tenant, Some(TAILSPIN));
    let again = exported(&record_of(&people[0]), &people[0]).unwrap();
    assert_eq!(again["AccessToken"], document["AccessToken"]);
}

#[test]
fn the_tokens_of_two_people_never_mix() {
    let mut document = document();
    document["Account"].as_object_mut().unwrap().extend(account(IVO, &[(LITWARE, IVO)]).as_object().unwrap().clone());
    let access = [access_token(ROSA, LITWARE, "User.Read", "rosa's"), access_token(IVO, LITWARE, "User.Read", "ivo's")];
    document["AccessToken"] = by_key(&access);
    document["RefreshToken"] = by_key(&[refresh_token(ROSA, "rosa's too"), refresh_token(IVO, "ivo's too")]);
    document["IdToken"] = by_key(&[id_token(ROSA, LITWARE, "rosa's own"), id_token(IVO, LITWARE, "ivo's own")]);
    document["Ticket"] = json!({
        "a": credential(ROSA, "Ticket", "rosa's ticket"), "b": credential(IVO, "Ticket", "ivo's ticket"),
        "c": { "of": "nobody" },
    });
    document["Notes"] = json!(["about rosa's and ivo's"]);
    let (people, report) = taken(&document);
    assert_eq!(people.len(), 2);
    for person in &people {
        let (own, other) =
            if person.principal.account.home == home(ROSA) { ("rosa's", "ivo's") } else { ("ivo's", "rosa's") };
        let all = serde_json::to_string(&record_of(person)).unwrap();
        for kind in ["", " too", " own", " ticket"] {
            assert!(all.contains(&format!("\"{own}{kind}\"")), "{own}{kind}");
        }
        assert!(!all.contains(other), "{all}");
        let written = exported(&record_of(person), person).unwrap().to_string();
        assert!(written.contains(own) && !written.contains(other));
    }
    let unowned = [("another member", MsalLeft::Unowned, 1), ("another member", MsalLeft::Unreadable, 1)];
    assert!(unowned.iter().all(|one| left(&report).contains(one)), "{report:?}");
}

#[test]
fn a_name_that_two_accounts_claim_is_nobody_s() {
    let mut document = document();
    let intruder = account(IVO, &[(TAILSPIN, ROSA)]);
    document["Account"] = account(ROSA, &[(LITWARE, ROSA), (TAILSPIN, ROSA)]);
    document["Account"].as_object_mut().unwrap().extend(intruder.as_object().unwrap().clone());
    let (people, report) = taken(&document);
    let names: Vec<_> = people.iter().map(|person| person.principal.account.home.clone()).collect();
    assert_eq!(names, [home(ROSA)]);
    assert!(left(&report).contains(&("Account", MsalLeft::ClaimedTwice, 1)), "{report:?}");
}

#[test]
fn nobody_is_somebody_else_in_their_home_tenant() {
    let mut document = document();
    document["Account"] = account(ROSA, &[(LITWARE, IVO)]);
    let (people, report) = taken(&document);
    assert!(people.is_empty());
    assert!(left(&report).contains(&("Account", MsalLeft::Unreadable, 1)), "{report:?}");
}

#[test]
fn what_is_of_others_is_left_out_and_said() {
    let mut document = document();
    let with = |mut entry: Value, name: &str, value: &str| {
        entry[name] = json!(value);
        entry
    };
    let access = |scope: &str| access_token(ROSA, LITWARE, scope, "x");
    document["AccessToken"] = by_key(&[
        with(access("a"), "client_id", "another"),
        with(access("b"), "environment", "login.microsoftonline.us"),
        with(access("c"), "home_account_id", ""),
        with(access("d"), "home_account_id", &home(IVO)),
        with(access("e"), "environment", "sts.windows.net"),
    ]);
    document["AppMetadata"] = json!({ "appmetadata-x-other": { "client_id": "other", "environment": HOST } });
    let (people, report) = taken(&document);
    assert_eq!(people[0].access.len(), 1, "an alias of the authority is the authority");
    let expected = [
        ("AccessToken", MsalLeft::OtherApplication, 1),
        ("AccessToken", MsalLeft::OtherEnvironment, 1),
        ("AccessToken", MsalLeft::Application, 1),
        ("AccessToken", MsalLeft::NoAccount, 1),
        ("AppMetadata", MsalLeft::OtherApplication, 1),
    ];
    assert_eq!(left(&report), expected);
}

#[test]
fn accounts_of_tenants_that_are_not_served_are_left_out() {
    let Authority::Entra(mut authority) = entra() else { unreachable!() };
    authority.allowed_tenants = Some([TAILSPIN].into());
    let (people, report) = taken_at(&document(), &Authority::Entra(authority));
    assert!(people.is_empty());
    assert!(left(&report).contains(&("Account", MsalLeft::NotServed, 1)), "{report:?}");
}

#[test]
fn accounts_without_profiles_are_of_one_tenant_each() {
    let mut document = document();
    for account in document["Account"].as_object_mut().unwrap().values_mut() {
        account.as_object_mut().unwrap().remove("tenantProfiles");
    }
    let (people, _) = taken(&document);
    assert_eq!(people[0].principal.account.home, home(ROSA));
    let mut record = record_of(&people[0]);
    record.account = Some(people[0].principal.clone());
    let again = exported(&record, &people[0]).unwrap();
    assert_eq!(again["Account"], document["Account"], "none are made up for it");
}

#[test]
fn the_path_of_an_authority_stands_for_the_home_tenant() {
    let python = |object_id: Uuid| {
        let account = json!({
            "home_account_id": home(ROSA), "environment": HOST, "realm": "organizations", "local_account_id": object_id,
            "username": "r@x.example", "authority_type": "MSSTS", "account_source": "authorization_code",
        });
        let mut document = document();
        document["Account"] = json!({ format!("{}-{HOST}-organizations", home(ROSA)): account });
        let mut access = access_token(ROSA, LITWARE, "User.Read", "at");
        access["realm"] = json!("organizations");
        document["AccessToken"] = by_key(&[access]);
        document
    };
    let document = python(ROSA);
    let (people, report) = taken(&document);
    assert_eq!(people[0].principal.account.home, home(ROSA), "{report:?}");
    assert_eq!((people[0].access[0].tenant, access_secrets(&people[0])), (None, vec!["at"]));
    let mut record = record_of(&people[0]);
    record.access[0].expires_at += Duration::MINUTE;
    let again = exported(&record, &people[0]).unwrap();
    assert_eq!(again["Account"], document["Account"]);
    let access = again["AccessToken"].as_object().unwrap().values().next().unwrap();
    assert_eq!(access["realm"], "organizations", "a newer one is found by the same name");
    assert!(taken(&python(IVO)).0.is_empty(), "which tenant a guest is in, it does not say");
}

#[test]
fn the_policy_of_azure_ad_b2c_is_a_part_of_the_home_account() {
    let b2c = |policy: &str| {
        Authority::B2c(B2cAuthority {
            base: format!("https://coho.b2clogin.com/{LITWARE}").parse().unwrap(),
            tenant_id: LITWARE,
            sign_in_policy: policy.to_owned(),
            edit_profile_policy: None,
            reset_password_policy: None,
            role_claim: "roles".to_owned(),
        })
    };
    let text = document().to_string();
    let text = text.replace(&home(ROSA), &format!("{ROSA}-b2c_1_susi.{LITWARE}")).replace(HOST, "coho.b2clogin.com");
    let text = text.replace(&format!("\\\"tenantId\\\":\\\"{LITWARE}"), "\\\"tenantId\\\":\\\"B2C_1_susi");
    let document: Value =
        text.replace(&format!("\"realm\":\"{LITWARE}\""), "\"realm\":\"B2C_1_susi\"").parse().unwrap();
    let (people, report) = taken_at(&document, &b2c("B2C_1_Susi"));
    let [rosa] = &people[..] else { panic!("{report:?}") };
    assert_eq!(
        (rosa.principal.account.home.clone(), rosa.principal.policy.as_deref()),
        (home(ROSA), Some("B2C_1_Susi"))
    );
    assert_eq!(
        (rosa.access[0].tenant, refresh_secret(rosa), rosa.principal.home_account.as_ref()),
        (None, Some("rt"), None)
    );
    let (people, report) = taken_at(&document, &b2c("B2C_1_other"));
    assert!(people.is_empty());
    assert!(left(&report).contains(&("Account", MsalLeft::NotServed, 1)), "{report:?}");
}

#[test]
fn among_the_tenants_of_a_guest_the_home_tenant_takes_what_has_no_profile() {
    let mut document = document();
    document["Account"] = account(IVO, &[(LITWARE, IVO), (TAILSPIN, ROSA)]);
    document["AccessToken"] = by_key(&[access_token(IVO, Uuid::max(), "User.Read", "elsewhere")]);
    document["RefreshToken"] = by_key(&[refresh_token(IVO, "rt")]);
    let (people, report) = taken(&document);
    let [guest, at_home] = &people[..] else { panic!("{report:?}") };
    assert_eq!((guest.principal.tenant_id, access_secrets(guest)), (TAILSPIN, vec![]));
    assert_eq!((at_home.principal.tenant_id, access_secrets(at_home)), (LITWARE, vec!["elsewhere"]));
}

#[test]
fn an_account_of_another_cloud_is_nobody_here() {
    let mut document = document();
    for account in document["Account"].as_object_mut().unwrap().values_mut() {
        account["environment"] = json!("login.microsoftonline.us");
    }
    let (people, report) = taken(&document);
    assert!(people.is_empty());
    assert!(left(&report).contains(&("Account", MsalLeft::OtherEnvironment, 1)), "{report:?}");
}
