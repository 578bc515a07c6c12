//! Every check of the validator on tokens of our own making: the one token that passes, and one for each way to fail.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod access;
mod logout;
mod policies;

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::*;
use crate::{
    claims::AccountId,
    config::{EntraAuthority, EntraTenant},
    keys::SigningKey,
};

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const CLIENT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";
const NOW: i64 = 1_800_000_000;

static ONE: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static TWO: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

fn encode(bytes: impl AsRef<[u8]>) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes)
}

fn published(pair: &KeyPair, kid: &str) -> SigningKey {
    let public: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
    SigningKey {
        kty: "RSA".to_owned(),
        kid: Some(kid.to_owned()),
        usage: Some("sig".to_owned()),
        n: Some(encode(&public.n)),
        e: Some(encode(&public.e)),
        issuer: Some("https://login.example/{tenantid}/v2.0".to_owned()),
        ..SigningKey::default()
    }
}

fn sign(pair: &KeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": "one" })
}

fn good() -> Value {
    json!({
        "iss": format!("https://login.example/{TENANT}/v2.0"), "tid": TENANT, "aud": CLIENT, "sub": "s", "oid": "o",
        "nonce": "n", "iat": NOW, "nbf": NOW, "exp": NOW + 3600,
    })
}

/// The good token's claims with some changed; `null` takes a claim out.
fn claims(changes: Value) -> Value {
    let Value::Object(mut claims) = good() else { panic!("not an object") };
    let Value::Object(changes) = changes else { panic!("not an object") };
    claims.extend(changes);
    claims.retain(|_, value| !value.is_null());
    Value::Object(claims)
}

fn entra(tenant: EntraTenant) -> IssuerRule {
    let base = "https://login.example/".parse().unwrap();
    IssuerRule::Entra(EntraAuthority { base, tenant, allowed_tenants: None })
}

fn check(token: &str, keys: &[SigningKey], rule: &IssuerRule, now: i64) -> Result<Verified, TokenError> {
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
    let keys = KeySet { keys: keys.to_vec() };
    verify(token, &keys, Expectations { audience: CLIENT, issuer: rule, nonce: "n", now })
}

fn error_of(changes: Value) -> Option<TokenError> {
    let keys = [published(&ONE, "one")];
    check(&sign(&ONE, &header(), &claims(changes)), &keys, &entra(EntraTenant::Organizations), NOW).err()
}

fn error_of_header(header: &Value, keys: &[SigningKey]) -> Option<TokenError> {
    check(&sign(&ONE, header, &good()), keys, &entra(EntraTenant::Organizations), NOW).err()
}

#[test]
fn the_good_token_passes_and_names_its_tenant() {
    let verified = check(
        &sign(&ONE, &header(), &good()),
        &[published(&TWO, "two"), published(&ONE, "one")],
        &entra(EntraTenant::Organizations),
        NOW,
    )
    .unwrap();
    assert_eq!(verified.tenant_id, Some(TENANT.parse::<Uuid>().unwrap()));
    assert_eq!(verified.claims.sub.as_deref(), Some("s"));
}

#[test]
fn only_rs256_by_a_published_key() {
    let keys = [published(&ONE, "one")];
    for alg in ["none", "None", "HS256", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", ""] {
        let header = json!({ "alg": alg, "kid": "one" });
        assert_eq!(error_of_header(&header, &keys), Some(TokenError::AlgorithmNotAllowed), "{alg}");
    }
    let token = sign(&TWO, &header(), &good());
    assert_eq!(check(&token, &keys, &entra(EntraTenant::Common), NOW).err(), Some(TokenError::Signature));

    let genuine = sign(&ONE, &header(), &good());
    let (message, _) = genuine.rsplit_once('.').unwrap();
    assert_eq!(
        check(&format!("{message}."), &keys, &entra(EntraTenant::Common), NOW).err(),
        Some(TokenError::Signature),
        "an empty signature"
    );
    for malformed in ["", "a", "a.b", "a.b.c", "a.b.c.d", "....", &format!("{genuine}.x"), &format!(" {genuine}")] {
        let error = check(malformed, &keys, &entra(EntraTenant::Common), NOW).err();
        assert_eq!(error, Some(TokenError::Malformed), "{malformed}");
    }
}

#[test]
fn critical_extensions_are_not_understood() {
    let header = json!({ "alg": "RS256", "kid": "one", "crit": ["b64"], "b64": "true" });
    assert_eq!(error_of_header(&header, &[published(&ONE, "one")]), Some(TokenError::CriticalHeader));
}

#[test]
fn extensions_that_change_what_is_signed_are_not_understood_either() {
    let keys = [published(&ONE, "one")];
    for (more, error) in [
        (json!({ "crit": null }), TokenError::CriticalHeader),
        (json!({ "crit": [] }), TokenError::CriticalHeader),
        (json!({ "b64": false }), TokenError::CriticalHeader),
        (json!({ "b64": true }), TokenError::CriticalHeader),
        (json!({ "cty": "JWT" }), TokenError::Nested),
        (json!({ "cty": "application/jwt" }), TokenError::Nested),
        (json!({ "cty": ["JWT"] }), TokenError::Malformed),
        (json!({ "kid": ["one"] }), TokenError::Malformed),
        (json!({ "alg": ["RS256"] }), TokenError::Malformed),
    ] {
        let mut header = header();
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(error_of_header(&header, &keys), Some(error), "{more}");
    }
}

/// A token of these two texts, which JSON libraries would not write.
fn sign_texts(header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let mut signature = vec![0; ONE.public_modulus_len()];
    ONE.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

#[test]
fn nothing_is_said_twice() {
    let keys = [published(&ONE, "one")];
    let error = |header: &str, claims: &str| {
        check(&sign_texts(header, claims), &keys, &entra(EntraTenant::Organizations), NOW).err()
    };
    let (header, claims) = (header().to_string(), good().to_string());
    assert_eq!(error(&header, &claims), None);
    for more in ["\"alg\":\"RS256\"", "\"kid\":\"one\"", "\"typ\":\"JWT\"", "\"x\":1,\"x\":2", "\"\\u0061lg\":\"none\""]
    {
        let header = header.replacen('{', &format!("{{{more},"), 1);
        assert_eq!(error(&header, &claims), Some(TokenError::Malformed), "{header}");
    }
    for more in ["tid", "iss", "aud", "exp", "nonce", "sub"] {
        let value = &good()[more];
        let claims = claims.replacen('{', &format!("{{\"{more}\":{value},"), 1);
        assert_eq!(error(&header, &claims), Some(TokenError::Malformed), "{claims}");
    }
    let claims = claims.replacen('{', "{\"roles\":[\"Viewer\"],\"roles\":[\"Admin\"],", 1);
    assert_eq!(error(&header, &claims), Some(TokenError::Malformed));
}

#[test]
fn keys_in_the_token_itself_are_passed_over() {
    let keys = [published(&ONE, "one")];
    let public = serde_json::json!({ "kty": "RSA", "n": published(&TWO, "two").n, "e": "AQAB", "kid": "one" });
    let header = json!({
        "alg": "RS256", "kid": "one", "jwk": public, "jku": "https://evil.example/keys", "x5u": "https://evil.example/x",
        "x5c": ["MIIB"], "x5t": "one",
    });
    assert_eq!(error_of_header(&header, &keys), None, "whatever else it says");
    let forged = check(&sign(&TWO, &header, &good()), &keys, &entra(EntraTenant::Common), NOW).err();
    assert_eq!(forged, Some(TokenError::Signature));
}

#[test]
fn a_key_is_named_unless_there_is_only_one() {
    let nameless = json!({ "alg": "RS256" });
    assert_eq!(error_of_header(&nameless, &[published(&ONE, "one")]), None);
    let two = [published(&ONE, "one"), published(&TWO, "two")];
    assert_eq!(error_of_header(&nameless, &two), Some(TokenError::KeyIdMissing));
    assert_eq!(error_of_header(&json!({ "alg": "RS256", "kid": "three" }), &two), Some(TokenError::KeyUnknown));
    assert_eq!(error_of_header(&json!({ "alg": "RS256", "kid": "two" }), &two), Some(TokenError::Signature));
}

#[test]
fn keys_for_other_uses_do_not_count() {
    for spoil in [
        |key: &mut SigningKey| key.usage = Some("enc".to_owned()),
        |key: &mut SigningKey| key.kty = "oct".to_owned(),
        |key: &mut SigningKey| key.key_ops = Some(vec!["encrypt".to_owned()]),
        |key: &mut SigningKey| key.alg = Some("RS512".to_owned()),
    ] {
        let mut key = published(&ONE, "one");
        spoil(&mut key);
        assert_eq!(error_of_header(&header(), &[key]), Some(TokenError::KeyUnknown));
    }
}

#[test]
fn a_key_signs_for_its_own_issuer_only() {
    let with_issuer = |issuer: &str| {
        let mut key = published(&ONE, "one");
        key.issuer = Some(issuer.to_owned());
        key
    };
    let other_tenant = "https://login.example/99999999-2222-4333-8444-555555555555/v2.0";
    let other_cloud = "https://login.elsewhere/{tenantid}/v2.0";
    for issuer in [other_tenant, other_cloud] {
        assert_eq!(error_of_header(&header(), &[with_issuer(issuer)]), Some(TokenError::KeyIssuer), "{issuer}");
    }
    let concrete = format!("https://login.example/{TENANT}/v2.0");
    assert_eq!(error_of_header(&header(), &[with_issuer(&concrete)]), None);
    // The same key under the same id, once for another issuer and once for this one.
    assert_eq!(error_of_header(&header(), &[with_issuer(other_cloud), with_issuer(&concrete)]), None);
    let mut unbound = published(&ONE, "one");
    unbound.issuer = None;
    assert_eq!(error_of_header(&header(), &[unbound]), None);
}

#[test]
fn the_issuer_is_the_template_filled_with_the_tenant() {
    let other = "99999999-2222-4333-8444-555555555555";
    assert_eq!(error_of(json!({ "iss": null })), Some(TokenError::Issuer));
    assert_eq!(error_of(json!({ "iss": "https://evil.example" })), Some(TokenError::Issuer));
    assert_eq!(error_of(json!({ "tid": other })), Some(TokenError::Issuer));
    assert_eq!(error_of(json!({ "iss": format!("https://login.example/{other}/v2.0") })), Some(TokenError::Issuer));
    assert_eq!(error_of(json!({ "iss": format!("https://login.example/{TENANT}/v2.0/") })), Some(TokenError::Issuer));
    assert_eq!(error_of(json!({ "iss": "https://login.example/{tenantid}/v2.0" })), Some(TokenError::Issuer));
    assert_eq!(error_of(json!({ "tid": null })), Some(TokenError::TenantMissing));
    for odd in [
        "{tenantid}",
        "contoso.example",
        "",
        "11111111222243338444555555555555",
        "{11111111-2222-4333-8444-555555555555}",
    ] {
        let changed = json!({ "tid": odd, "iss": format!("https://login.example/{odd}/v2.0") });
        assert_eq!(error_of(changed), Some(TokenError::TenantMalformed), "{odd}");
    }
    assert_eq!(error_of(json!({ "Tid": TENANT })), Some(TokenError::TenantMalformed));
}

#[test]
fn tenants_are_admitted_by_the_authority_and_by_the_list() {
    let token = |tenant: &str| {
        let changed = json!({ "tid": tenant, "iss": format!("https://login.example/{tenant}/v2.0") });
        sign(&ONE, &header(), &claims(changed))
    };
    let keys = [published(&ONE, "one")];
    let consumers = token("9188040d-6c67-4c5b-b112-36a304b66dad");
    let not_allowed = Some(TokenError::TenantNotAllowed(uuid::uuid!("9188040d-6c67-4c5b-b112-36a304b66dad")));
    assert_eq!(check(&consumers, &keys, &entra(EntraTenant::Organizations), NOW).err(), not_allowed);
    assert_eq!(check(&consumers, &keys, &entra(EntraTenant::Common), NOW).err(), None);
    let single = entra(EntraTenant::Single(TENANT.parse().unwrap()));
    assert_eq!(check(&token(TENANT), &keys, &single, NOW).err(), None);
    assert_eq!(check(&consumers, &keys, &single, NOW).err(), not_allowed);
    let listed = IssuerRule::Entra(EntraAuthority {
        base: "https://login.example/".parse().unwrap(),
        tenant: EntraTenant::Organizations,
        allowed_tenants: Some([TENANT.parse().unwrap()].into()),
    });
    assert_eq!(check(&token(TENANT), &keys, &listed, NOW).err(), None);
    let other = token("99999999-2222-4333-8444-555555555555");
    let not_listed = Some(TokenError::TenantNotAllowed(uuid::uuid!("99999999-2222-4333-8444-555555555555")));
    assert_eq!(check(&other, &keys, &listed, NOW).err(), not_listed);
}

#[test]
fn a_plain_issuer_is_literal_and_needs_no_tenant() {
    let literal = IssuerRule::Literal("https://op.example".to_owned());
    let mut key = published(&ONE, "one");
    key.issuer = None;
    let token = |iss: &str| sign(&ONE, &header(), &claims(json!({ "iss": iss, "tid": null, "oid": null })));
    assert_eq!(check(&token("https://op.example"), &[key.clone()], &literal, NOW).unwrap().tenant_id, None);
    assert_eq!(check(&token("https://op.example/"), &[key.clone()], &literal, NOW).err(), Some(TokenError::Issuer));
    for (issuer, error) in [("https://op.example", None), ("https://other.example", Some(TokenError::KeyIssuer))] {
        key.issuer = Some(issuer.to_owned());
        assert_eq!(check(&token("https://op.example"), &[key.clone()], &literal, NOW).err(), error, "{issuer}");
    }
}

#[test]
fn the_audience_is_us() {
    assert_eq!(error_of(json!({ "aud": null })), Some(TokenError::Audience));
    assert_eq!(error_of(json!({ "aud": "someone-else" })), Some(TokenError::Audience));
    assert_eq!(error_of(json!({ "aud": [] })), Some(TokenError::Audience));
    assert_eq!(error_of(json!({ "aud": [CLIENT] })), None);
    assert_eq!(error_of(json!({ "aud": [CLIENT, "other"] })), Some(TokenError::AuthorizedParty));
    assert_eq!(error_of(json!({ "aud": [CLIENT, "other"], "azp": CLIENT })), None);
    assert_eq!(error_of(json!({ "aud": [CLIENT, "other"], "azp": "other" })), Some(TokenError::AuthorizedParty));
    assert_eq!(error_of(json!({ "azp": "other" })), Some(TokenError::AuthorizedParty));
}

#[test]
fn times_are_checked_with_a_minute_to_spare() {
    assert_eq!(error_of(json!({ "exp": null })), Some(TokenError::ExpiryMissing));
    assert_eq!(error_of(json!({ "exp": NOW - 60 })), Some(TokenError::Expired));
    assert_eq!(error_of(json!({ "exp": NOW - 59 })), None);
    assert_eq!(error_of(json!({ "nbf": NOW + 61 })), Some(TokenError::NotYetValid));
    assert_eq!(error_of(json!({ "nbf": NOW + 60 })), None);
    assert_eq!(error_of(json!({ "nbf": null })), None);
    assert_eq!(error_of(json!({ "iat": NOW + 61 })), Some(TokenError::IssuedAt));
    assert_eq!(error_of(json!({ "iat": NOW + 60 })), None);
    assert_eq!(error_of(json!({ "iat": null })), Some(TokenError::IssuedAt));
    assert_eq!(error_of(json!({ "exp": "tomorrow" })), Some(TokenError::Malformed));
    assert_eq!(error_of(json!({ "exp": 1_800_003_600.5, "iat": 1_799_999_999.9 })), None);
}

#[test]
fn the_nonce_is_that_of_the_transaction() {
    assert_eq!(error_of(json!({ "nonce": null })), Some(TokenError::NonceMissing));
    for other in ["", "N", "nn", "m"] {
        assert_eq!(error_of(json!({ "nonce": other })), Some(TokenError::Nonce), "{other}");
    }
}

#[test]
fn there_is_somebody() {
    for nobody in [Value::Null, json!("")] {
        assert_eq!(error_of(json!({ "sub": nobody })), Some(TokenError::SubjectMissing));
        assert_eq!(error_of(json!({ "oid": nobody })), Some(TokenError::ObjectIdMissing));
    }
}

#[test]
fn the_issuer_of_a_response_is_one_the_rule_could_believe() {
    let rule = entra(EntraTenant::Organizations);
    assert!(rule.matches_response(&format!("https://login.example/{TENANT}/v2.0")));
    for other in ["https://evil.example", "https://login.example/x/v2.0", "https://login.example//v2.0", ""] {
        assert!(!rule.matches_response(other), "{other}");
    }
    assert!(IssuerRule::Literal("https://op.example".to_owned()).matches_response("https://op.example"));
    assert!(!IssuerRule::Literal("https://op.example".to_owned()).matches_response("https://op.example/"));
}

fn policy_rule() -> IssuerRule {
    IssuerRule::Policy {
        issuer: format!("https://contoso.b2clogin.com/{TENANT}/v2.0/"),
        tenant_id: TENANT.parse().unwrap(),
        policy: "B2C_1_susi".to_owned(),
    }
}

#[test]
fn debug_shows_nobody() {
    let secrets =
        ["Amara", "amara@contoso.example", "opaque hint", "the subject", "the object", "the session", "Admin"];
    let [name, email, hint, sub, oid, sid, role] = secrets;
    let claims = json!({
        "name": name, "email": email, "preferred_username": email, "login_hint": hint, "sub": sub, "oid": oid, "sid": sid,
        "roles": [role], "nonce": "n", "iss": "https://login.example",
    });
    let claims: Claims = serde_json::from_value(claims).unwrap();
    let token = |whose| LogoutToken {
        issuer: "https://login.example".to_owned(),
        whose,
        id: "the id".to_owned(),
        useless_from: OffsetDateTime::UNIX_EPOCH,
    };
    let shown = format!(
        "{claims:?} {:?} {:?}",
        token(LoggedOut::Session(sid.to_owned())),
        token(LoggedOut::Account(AccountId::subject("https://login.example", sub))),
    );
    assert!(shown.contains("https://login.example"), "what tells tokens apart: {shown}");
    assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
    let verified = format!("{:?}", Verified { claims, tenant_id: None });
    assert!(!secrets.iter().any(|secret| verified.contains(secret)), "{verified}");
}
