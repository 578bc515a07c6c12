//! Every check of access tokens: the tokens that pass, of a person and of an application, and one for each way to fail.

use super::{super::access::Grant, *};
use crate::bearer::AccessTokenVersions::{self, Both, V1, V2};

const API: &str = "9e6d9b77-15c2-4f70-a6c1-8f2f0f4d1b2a";

/// A person's token of version 2.0 with some claims changed; `null` takes one out.
fn person(changes: Value) -> Value {
    let token = json!({
        "nonce": null, "aud": API, "azp": CLIENT, "ver": "2.0", "scp": "Incidents.Write Incidents.Read Incidents.Read",
        "roles": ["Viewer", "Admin", "Admin"],
    });
    claims(merged(token, changes))
}

/// An application's own.
fn app(changes: Value) -> Value {
    let token = json!({ "scp": null, "sub": "o", "roles": ["Incidents.Read.All"] });
    person(merged(token, changes))
}

/// A person's token of version 1.0.
fn older(changes: Value) -> Value {
    let issuer = format!("https://sts.windows.net/{TENANT}/");
    let token = json!({ "iss": issuer, "ver": "1.0", "aud": format!("api://{API}/"), "azp": null, "appid": CLIENT });
    person(merged(token, changes))
}

fn merged(one: Value, other: Value) -> Value {
    let (Value::Object(mut all), Value::Object(other)) = (one, other) else { panic!("not an object") };
    all.extend(other);
    Value::Object(all)
}

struct Check<'a> {
    rule: &'a IssuerRule,
    versions: AccessTokenVersions,
    header: Value,
    key: SigningKey,
}

impl Check<'_> {
    fn grant(&self, claims: &Value) -> Result<Grant, TokenError> {
        let now = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
        let keys = KeySet { keys: vec![self.key.clone()] };
        let audiences = Audiences::new(vec![API.to_owned(), format!("api://{API}")]);
        let (issuer, versions) = (self.rule, self.versions);
        let expected = AccessExpectations { audiences: &audiences, issuer, versions, role_claim: "roles", now };
        verify_access(&sign(&ONE, &self.header, claims), &keys, expected).map(|accepted| accepted.grant)
    }

    fn error(&self, claims: &Value) -> Option<TokenError> {
        self.grant(claims).err()
    }
}

fn at(rule: &IssuerRule) -> Check<'_> {
    Check { rule, versions: Both, header: header(), key: published(&ONE, "one") }
}

fn of_entra(claims: &Value) -> Option<TokenError> {
    at(&entra(EntraTenant::Organizations)).error(claims)
}

#[test]
fn a_person_and_an_application_are_told_apart() {
    let rule = entra(EntraTenant::Organizations);
    let grant = at(&rule).grant(&person(json!({}))).unwrap();
    assert_eq!((grant.app_only, grant.client_id.as_str()), (false, CLIENT));
    assert_eq!((grant.scopes, grant.roles), (words("Incidents.Read Incidents.Write"), words("Admin Viewer")));
    for idtyp in [Value::Null, json!("app")] {
        let grant = at(&rule).grant(&app(json!({ "idtyp": idtyp }))).unwrap();
        assert!(grant.app_only && grant.scopes.is_empty(), "{idtyp}");
        assert_eq!(grant.roles, ["Incidents.Read.All"]);
    }
    assert_eq!(of_entra(&person(json!({ "idtyp": "user" }))), None);
    assert_eq!(of_entra(&person(json!({ "roles": null }))), None, "scopes will do");
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn what_is_neither_a_persons_nor_an_applications_is_nobodys() {
    for (odd, error) in [
        (person(json!({ "idtyp": "app" })), TokenError::Kind),
        (app(json!({ "idtyp": "user" })), TokenError::Kind),
        (app(json!({ "idtyp": "device" })), TokenError::Kind),
        (app(json!({ "idtyp": ["app"] })), TokenError::Kind),
        // A subject of its own is what an application has, and a person with roles has another one.
        (app(json!({ "idtyp": "app", "sub": "s" })), TokenError::Kind),
        (person(json!({ "scp": null })), TokenError::IdToken),
        (person(json!({ "scp": "", "roles": null })), TokenError::IdToken),
        (app(json!({ "roles": null })), TokenError::PermissionsMissing),
        (app(json!({ "roles": [] })), TokenError::PermissionsMissing),
        (app(json!({ "roles": [""] })), TokenError::PermissionsMissing),
        (person(json!({ "scp": ["Incidents.Read"] })), TokenError::Malformed),
        (person(json!({ "roles": [["Admin"]] })), TokenError::Malformed),
        (person(json!({ "roles": { "Admin": true } })), TokenError::Malformed),
        (person(json!({ "azp": null })), TokenError::ClientMissing),
        (person(json!({ "azp": " " })), TokenError::ClientMissing),
        (person(json!({ "sub": "" })), TokenError::SubjectMissing),
        (person(json!({ "oid": null })), TokenError::ObjectIdMissing),
    ] {
        assert_eq!(of_entra(&odd), Some(error), "{odd}");
    }
}

#[test]
fn an_id_token_is_no_access_token_whomever_it_is_for() {
    let id_token = merged(good(), json!({ "aud": API, "ver": "2.0", "roles": ["Admin"] }));
    assert_eq!(of_entra(&id_token), Some(TokenError::IdToken));
    let unasked = person(json!({ "azp": null, "scp": null }));
    assert_eq!(of_entra(&unasked), Some(TokenError::IdToken), "of a sign-in without a nonce");
    for mark in ["nonce", "at_hash", "c_hash", "s_hash"] {
        assert_eq!(of_entra(&person(json!({ mark: "x" }))), Some(TokenError::IdToken), "{mark}");
    }
    assert_eq!(of_entra(&person(json!({ "events": {} }))), Some(TokenError::Type), "a logout token");
}

#[test]
fn a_type_of_token_that_is_another_is_refused() {
    let rule = entra(EntraTenant::Organizations);
    for (typ, error) in [
        (Value::Null, None),
        (json!("JWT"), None),
        (json!("jwt"), None),
        (json!("at+jwt"), None),
        (json!("application/at+JWT"), None),
        (json!("logout+jwt"), Some(TokenError::Type)),
        (json!("id_token"), Some(TokenError::Type)),
        (json!("dpop+jwt"), Some(TokenError::Type)),
        (json!(""), Some(TokenError::Type)),
    ] {
        let mut header = header();
        match &typ {
            Value::Null => drop(header.as_object_mut().unwrap().remove("typ")),
            typ => header["typ"] = typ.clone(),
        }
        assert_eq!(Check { header, ..at(&rule) }.error(&person(json!({}))), error, "{typ}");
    }
}

#[test]
fn a_token_for_microsoft_graph_is_said_to_be_one() {
    let rule = entra(EntraTenant::Organizations);
    let header = merged(header(), json!({ "nonce": "x" }));
    assert_eq!(Check { header, ..at(&rule) }.error(&person(json!({}))), Some(TokenError::ForGraph));
}

#[test]
fn the_version_goes_with_the_issuer() {
    let rule = entra(EntraTenant::Organizations);
    let v2 = format!("https://login.example/{TENANT}/v2.0");
    for (claims, both, one, two) in [
        (person(json!({})), None, Some(TokenError::Version), None),
        (older(json!({})), None, None, Some(TokenError::Version)),
        (
            person(json!({ "ver": "1.0" })),
            Some(TokenError::Issuer),
            Some(TokenError::Issuer),
            Some(TokenError::Version),
        ),
        (older(json!({ "ver": "2.0" })), Some(TokenError::Issuer), Some(TokenError::Version), Some(TokenError::Issuer)),
        (older(json!({ "iss": v2 })), Some(TokenError::Issuer), Some(TokenError::Issuer), Some(TokenError::Version)),
    ] {
        for (versions, error) in [(Both, both), (V1, one), (V2, two)] {
            assert_eq!(Check { versions, ..at(&rule) }.error(&claims), error, "{versions:?} {claims}");
        }
    }
    for odd in [Value::Null, json!("3.0"), json!(2.0), json!("")] {
        assert_eq!(of_entra(&person(json!({ "ver": odd }))), Some(TokenError::Version), "{odd}");
    }
}

#[test]
fn a_token_of_version_one_has_the_issuer_of_its_tenant_and_a_key_of_the_newer_form() {
    let other = "99999999-2222-4333-8444-555555555555";
    for (changes, error) in [
        (json!({ "iss": format!("https://sts.windows.net/{other}/") }), TokenError::Issuer),
        (json!({ "iss": format!("https://sts.windows.net/{TENANT}") }), TokenError::Issuer),
        (json!({ "iss": format!("https://sts.chinacloudapi.cn/{TENANT}/") }), TokenError::Issuer),
        (json!({ "iss": format!("http://sts.windows.net/{TENANT}/") }), TokenError::Issuer),
        (json!({ "tid": other }), TokenError::Issuer),
        (json!({ "tid": null }), TokenError::TenantMissing),
    ] {
        assert_eq!(of_entra(&older(changes.clone())), Some(error), "{changes}");
    }
    let rule = entra(EntraTenant::Organizations);
    for (issuer, error) in [
        ("https://login.example/{tenantid}/v2.0".to_owned(), None),
        (format!("https://login.example/{TENANT}/v2.0"), None),
        (format!("https://login.example/{other}/v2.0"), Some(TokenError::KeyIssuer)),
        ("https://login.elsewhere/{tenantid}/v2.0".to_owned(), Some(TokenError::KeyIssuer)),
    ] {
        let mut key = published(&ONE, "one");
        key.issuer = Some(issuer.clone());
        assert_eq!(Check { key, ..at(&rule) }.error(&older(json!({}))), error, "{issuer}");
    }
    let tenant = TENANT.parse().unwrap();
    let not_admitted = Some(TokenError::TenantNotAllowed(tenant));
    let single = entra(EntraTenant::Single(uuid::uuid!("99999999-2222-4333-8444-555555555555")));
    assert_eq!(at(&single).error(&older(json!({}))), not_admitted);
    assert_eq!(at(&single).error(&person(json!({}))), not_admitted);
}

#[test]
fn a_cloud_has_its_own_issuer_of_version_one() {
    for (base, sts, error) in [
        ("https://login.microsoftonline.com", "sts.windows.net", None),
        ("https://login.microsoftonline.com", "sts.chinacloudapi.cn", Some(TokenError::Issuer)),
        ("https://login.partner.microsoftonline.cn", "sts.chinacloudapi.cn", None),
        ("https://login.partner.microsoftonline.cn", "sts.windows.net", Some(TokenError::Issuer)),
        ("https://login.sovcloud-identity.de", "sts.windows.net", Some(TokenError::Version)),
    ] {
        let (base, tenant) = (base.parse().unwrap(), EntraTenant::Organizations);
        let rule = IssuerRule::Entra(EntraAuthority { base, tenant, allowed_tenants: None });
        let mut key = published(&ONE, "one");
        key.issuer = None;
        let claims = older(json!({ "iss": format!("https://{sts}/{TENANT}/") }));
        assert_eq!(Check { key, ..at(&rule) }.error(&claims), error, "{rule:?} {sts}");
    }
}

#[test]
fn the_audience_is_one_of_our_names_and_the_client_is_anybody() {
    for (aud, error) in [
        (json!(API), None),
        (json!(format!("api://{API}")), None),
        (json!(["other", API]), None),
        (json!("other"), Some(TokenError::Audience)),
        (json!([]), Some(TokenError::Audience)),
        (json!("00000003-0000-0000-c000-000000000000"), Some(TokenError::Audience)),
        (Value::Null, Some(TokenError::Audience)),
        (json!([[API]]), Some(TokenError::Malformed)),
    ] {
        assert_eq!(of_entra(&person(json!({ "aud": aud }))), error, "{aud}");
    }
    assert_eq!(of_entra(&person(json!({ "azp": "anybody" }))), None);
}

#[test]
fn access_tokens_have_their_time_as_well() {
    for (changes, error) in [
        (json!({ "exp": NOW - 60 }), TokenError::Expired),
        (json!({ "exp": null }), TokenError::ExpiryMissing),
        (json!({ "nbf": NOW + 61 }), TokenError::NotYetValid),
        (json!({ "iat": NOW + 61 }), TokenError::IssuedAt),
    ] {
        assert_eq!(of_entra(&person(changes.clone())), Some(error), "{changes}");
    }
}

#[test]
fn a_policys_access_token_has_scopes_and_may_have_a_nonce() {
    let rule = policy_rule();
    let mut key = published(&ONE, "one");
    key.issuer = None;
    let check = Check { key, ..at(&rule) };
    let issuer = format!("https://contoso.b2clogin.com/{TENANT}/v2.0/");
    let of = |changes: Value| {
        let token = json!({ "iss": issuer, "tid": null, "oid": null, "ver": "1.0", "tfp": "B2C_1_susi", "nonce": "x" });
        check.error(&person(merged(token, changes)))
    };
    assert_eq!(of(json!({})), None);
    assert_eq!(of(json!({ "scp": null })), Some(TokenError::PermissionsMissing), "an ID token with roles");
    assert_eq!(of(json!({ "tfp": "B2C_1_weak" })), Some(TokenError::Policy));
    assert_eq!(of(json!({ "tfp": null })), Some(TokenError::PolicyMissing));
}

#[test]
fn an_external_tenant_has_tokens_of_version_two_only() {
    let issuer = format!("https://{TENANT}.ciamlogin.com/{TENANT}/v2.0");
    let rule = IssuerRule::Tenant { issuer: issuer.clone(), tenant_id: TENANT.parse().unwrap() };
    let mut key = published(&ONE, "one");
    key.issuer = None;
    let check = Check { key, ..at(&rule) };
    assert_eq!(check.error(&person(json!({ "iss": issuer }))), None);
    assert_eq!(check.error(&person(json!({ "iss": issuer, "ver": "1.0" }))), Some(TokenError::Version));
    assert_eq!(check.error(&older(json!({}))), Some(TokenError::Version));
    assert_eq!(check.error(&person(json!({ "iss": issuer, "ver": null }))), Some(TokenError::Version));
}

#[test]
fn a_plain_provider_goes_by_the_standard() {
    let rule = IssuerRule::Literal("https://op.example".to_owned());
    let mut key = published(&ONE, "one");
    key.issuer = None;
    let standard = json!({
        "iss": "https://op.example", "tid": null, "oid": null, "ver": null, "azp": null, "client_id": CLIENT, "scp": null,
        "scope": "read write",
    });
    let of = |typ: &str, changes: Value| {
        let header = merged(header(), json!({ "typ": typ }));
        Check { header, key: key.clone(), ..at(&rule) }.grant(&person(merged(standard.clone(), changes)))
    };
    let grant = of("at+jwt", json!({})).unwrap();
    assert_eq!((grant.app_only, grant.client_id.as_str()), (false, CLIENT));
    assert_eq!((grant.scopes, grant.roles), (words("read write"), words("Admin Viewer")));
    let own = of("application/at+jwt", json!({ "sub": CLIENT, "roles": null })).unwrap();
    assert!(own.app_only && own.scopes == ["read", "write"]);
    assert_eq!(of("JWT", json!({})).err(), Some(TokenError::Type), "RFC 9068 section 4");
    for (changes, error) in [
        (json!({ "scope": null, "roles": null }), TokenError::PermissionsMissing),
        (json!({ "scope": null, "roles": null, "scp": "read" }), TokenError::PermissionsMissing),
        (json!({ "client_id": null }), TokenError::ClientMissing),
        (json!({ "sub": null }), TokenError::SubjectMissing),
        (json!({ "iss": "https://op.example/" }), TokenError::Issuer),
    ] {
        assert_eq!(of("at+jwt", changes.clone()).err(), Some(error), "{changes}");
    }
}
