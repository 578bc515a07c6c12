//! Who has what is asked for, and who has not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use secrecy::SecretString;
use time::OffsetDateTime;

use super::*;
use crate::{claims::AccountId, error::ClaimsChallenge};

const TENANT: Uuid = Uuid::from_u128(1);
const NONE: [&str; 0] = [];

fn caller(kind: CallerKind, scopes: &[&str], roles: &[&str]) -> BearerPrincipal {
    BearerPrincipal {
        tenant_id: TENANT,
        subject: "o".to_owned(),
        account: AccountId::entra("o", TENANT),
        name: Some("Amara".to_owned()),
        kind,
        client_id: "c".to_owned(),
        scopes: owned(scopes),
        roles: owned(roles),
        acrs: owned(&["c2"]),
        accepts_claims_challenges: true,
        expires_at: OffsetDateTime::UNIX_EPOCH,
        authorization_uri: Arc::from("https://login.example/authorize"),
        assertion: SecretString::from("the token"),
    }
}

pub(in crate::bearer) fn person() -> BearerPrincipal {
    caller(CallerKind::Delegated, &["Incidents.Read", "Incidents.Write"], &["Incidents.Read.All", "Viewer"])
}

fn program() -> BearerPrincipal {
    caller(CallerKind::App, &[], &["Incidents.Read.All"])
}

fn code(outcome: Result<(), BearerRefusal>) -> Option<BearerCode> {
    outcome.err().map(|refusal| refusal.code())
}

#[test]
fn one_role_of_several_will_do() {
    let lacks = Some(BearerCode::InsufficientRole);
    assert_eq!(code(person().require_any_role(&["Admin", "Viewer"])), None);
    assert_eq!(code(program().require_any_role(&["Incidents.Read.All"])), None);
    assert_eq!(code(person().require_any_role(&["Admin", "viewer", "View"])), lacks);
    assert_eq!(code(person().require_any_role(&["Incidents.Read"])), lacks, "a scope is no role");
    assert_eq!(code(person().require_any_role(&NONE)), lacks, "nobody has one of none");
}

#[test]
fn scopes_are_asked_for_one_by_one_or_as_a_choice() {
    let named = |refusal: BearerRefusal| refusal.www_authenticate().unwrap().to_str().unwrap().to_owned();
    assert_eq!(code(person().require_all_scopes(&["Incidents.Write", "Incidents.Read"])), None);
    let lacks = person().require_all_scopes(&["Incidents.Read", "Incidents.Delete"]).unwrap_err();
    assert!(named(lacks).ends_with("scope=\"Incidents.Read Incidents.Delete\""));
    assert_eq!(code(person().require_any_scope(&["Incidents.Delete", "Incidents.Read"])), None);
    let lacks = person().require_any_scope(&["Incidents.Delete", "Incidents.Close"]).unwrap_err();
    assert!(named(lacks).ends_with("scope=\"Incidents.Delete\""));
    for none in [person().require_all_scopes(&NONE), person().require_any_scope(&NONE)] {
        assert_eq!(code(none), Some(BearerCode::InsufficientScope), "an empty list is had by nobody");
    }
    assert_eq!(code(program().require_all_scopes(&["Incidents.Read"])), Some(BearerCode::InsufficientScope));
    assert_eq!(
        code(person().require_any_scope(&["Viewer"])),
        Some(BearerCode::InsufficientScope),
        "a role is no scope"
    );
}

#[test]
fn a_program_has_a_role_where_a_person_has_a_scope() {
    let check =
        |caller: &BearerPrincipal| code(caller.require_scope_or_app_role(&["Incidents.Read"], &["Incidents.Read.All"]));
    assert_eq!((check(&person()), check(&program())), (None, None));
    // A person with the role, through a client that was not given the scope.
    let through_another = caller(CallerKind::Delegated, &["User.Read"], &["Incidents.Read.All"]);
    assert_eq!(check(&through_another), Some(BearerCode::InsufficientScope));
    assert_eq!(check(&caller(CallerKind::App, &[], &["Other"])), Some(BearerCode::InsufficientRole));
    assert_eq!(check(&caller(CallerKind::App, &["Incidents.Read"], &[])), None, "of a plain provider");
}

#[test]
fn a_person_is_no_program_and_a_tenant_no_other() {
    assert_eq!(code(person().require_person()), None);
    assert_eq!(code(program().require_person()), Some(BearerCode::Forbidden));
    assert_eq!(code(person().require_tenant(&[Uuid::nil(), TENANT])), None);
    for others in [&[Uuid::nil()][..], &[]] {
        assert_eq!(code(person().require_tenant(others)), Some(BearerCode::TenantNotAuthorized));
    }
}

#[test]
fn a_stronger_sign_in_is_asked_for_where_somebody_can_bring_it() {
    assert_eq!(code(person().require_authentication_context("c2")), None);
    let asked = person().require_authentication_context("c1").unwrap_err();
    assert_eq!((asked.code(), asked.status().as_u16()), (BearerCode::InsufficientClaims, 401));
    let claims = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}";
    assert_eq!(asked.claims_challenge().map(ClaimsChallenge::as_str), Some(claims));
    let older = BearerPrincipal { accepts_claims_challenges: false, ..person() };
    for nobody in [older, program()] {
        let refused = nobody.require_authentication_context("c1").unwrap_err();
        assert_eq!((refused.code(), refused.claims_challenge()), (BearerCode::Forbidden, None));
    }
}

#[test]
fn a_requirement_is_what_the_function_is() {
    for (requirement, refused) in [
        (Requirement::any_role(&["Viewer"]), None),
        (Requirement::any_role(&["Admin"]), Some(BearerCode::InsufficientRole)),
        (Requirement::all_scopes(&["Incidents.Read", "Incidents.Write"]), None),
        (Requirement::all_scopes(&["Incidents.Read", "Other"]), Some(BearerCode::InsufficientScope)),
        (Requirement::any_scope(&["Incidents.Read", "Other"]), None),
        (Requirement::any_scope(&["Other"]), Some(BearerCode::InsufficientScope)),
        (Requirement::scope_or_app_role(&["Incidents.Read"], &[]), None),
        (Requirement::scope_or_app_role(&["Other"], &["Viewer"]), Some(BearerCode::InsufficientScope)),
        (Requirement::tenant(&[TENANT]), None),
        (Requirement::tenant(&[Uuid::nil()]), Some(BearerCode::TenantNotAuthorized)),
        (Requirement::person(), None),
        (Requirement::authentication_context("c2"), None),
        (Requirement::authentication_context("c1"), Some(BearerCode::InsufficientClaims)),
    ] {
        assert_eq!(code(requirement.check(&person())), refused, "{requirement:?}");
    }
    assert_eq!(code(Requirement::person().check(&program())), Some(BearerCode::Forbidden));
}

#[test]
fn debug_shows_neither_the_person_nor_the_token() {
    let shown = format!("{:?}", person());
    assert!(shown.contains("Incidents.Read") && shown.contains("o.0000"), "{shown}");
    assert!(!shown.contains("Amara") && !shown.contains("the token"), "{shown}");
}
