//! What is in the record of a session, and what is not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    config::{EntraAuthority, EntraTenant, Realm},
    principal,
    validator::Verified,
};

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// What a token says besides stays behind: neither the claims as such nor a token is ever in the store, sealed or not.
#[test]
fn a_session_keeps_who_it_is_and_neither_a_token_nor_its_claims() {
    let claims = json!({
        "iss": "https://login.example/v2.0", "sub": "subject", "aud": "PLANTED", "nonce": "PLANTED",
        "oid": "object", "name": "A", "given_name": "B", "family_name": "C", "preferred_username": "d", "sid": "e",
        "login_hint": "f", "roles": ["Viewer"], "groups": ["PLANTED"], "uti": "PLANTED", "rh": "PLANTED",
        "at_hash": "PLANTED", "_claim_names": { "PLANTED": "PLANTED" }, "access_token": "PLANTED",
        "id_token": "PLANTED", "refresh_token": "PLANTED", "extension_Secret": "PLANTED",
    });
    let token = Verified { claims: serde_json::from_value(claims).unwrap(), tenant_id: Some(Uuid::from_u128(1)) };
    let base = "https://login.example".parse().unwrap();
    let realm = Realm::Entra(EntraAuthority { base, tenant: EntraTenant::Common, allowed_tenants: None });
    let principal = principal::from_token(token, &realm, None, OffsetDateTime::UNIX_EPOCH).unwrap();
    let record =
        serde_json::to_value(SessionRecord::new(principal, OffsetDateTime::UNIX_EPOCH, SessionPolicy::default()))
            .unwrap();
    assert_eq!(names(&record), ["created_at", "listed", "not_after", "principal", "seen_at"]);
    let kept = [
        "account",
        "given_name",
        "home_account",
        "issuer",
        "login_hint",
        "name",
        "policy",
        "roles",
        "sid",
        "signed_in_at",
        "subject",
        "tenant_id",
        "username",
    ];
    assert_eq!(names(&record["principal"]), kept);
    assert!(!record.to_string().contains("PLANTED"), "{record}");
}
