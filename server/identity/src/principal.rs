//! From a verified ID token to a person.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    claims::{AccountId, Principal},
    config::Realm,
    validator::{TokenError, Verified},
};

/// Entra's `client_info`: the account in its home tenant.
#[derive(Deserialize)]
struct ClientInfo {
    uid: String,
    utid: Uuid,
}

/// The person that `token` is about, as `realm` names people.
pub(crate) fn from_token(
    token: Verified,
    realm: &Realm,
    client_info: Option<&str>,
    now: OffsetDateTime,
) -> Result<Principal, TokenError> {
    let Verified { claims, tenant_id } = token;
    let issuer = claims.issuer().to_owned();
    let sub = claims.sub.ok_or(TokenError::SubjectMissing)?;
    let (tenant_id, subject, role_claim, policy) = match realm {
        Realm::Entra(_) | Realm::ExternalId(_) => {
            let tenant_id = tenant_id.ok_or(TokenError::TenantMissing)?;
            (tenant_id, claims.oid.ok_or(TokenError::ObjectIdMissing)?, "roles", None)
        }
        // One person, whichever policy vouches: `sub` is the object id there, and `oid` if it is sent.
        Realm::B2c { authority, policy } => {
            let object_id = claims.oid.as_ref().unwrap_or(&sub);
            // Policies can be set to send a sentence for a `sub` ("Tokens in Azure AD B2C", subject claim), the same to all.
            let object_id = Uuid::try_parse(object_id).map_err(|_| TokenError::ObjectIdMissing)?.to_string();
            (authority.tenant_id, object_id, authority.role_claim.as_str(), Some(policy.clone()))
        }
        Realm::Oidc(oidc) => (oidc.tenant_id, sub.clone(), oidc.role_claim.as_str(), None),
    };
    let account = match realm {
        Realm::Oidc(_) => AccountId::subject(&issuer, &sub),
        Realm::Entra(_) | Realm::ExternalId(_) | Realm::B2c { .. } => AccountId::entra(&subject, tenant_id),
    };
    // Of a B2C account the policy is a part there, so it is no name of the person.
    let home_account = match realm {
        Realm::Entra(_) | Realm::ExternalId(_) => client_info.and_then(home_account),
        Realm::B2c { .. } | Realm::Oidc(_) => None,
    };
    let (given, family) = (word(&claims.other, "given_name"), word(&claims.other, "family_name"));
    let username = [claims.preferred_username, claims.email, word(&claims.other, "upn"), first_address(&claims.other)];
    let username = username.into_iter().flatten().find(|text| is_present(text));
    let full = [given.clone(), family].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = [claims.name, Some(full), username.clone()].into_iter().flatten().find(|text| is_present(text));
    Ok(Principal {
        account,
        home_account,
        tenant_id,
        name: name.unwrap_or_else(|| subject.clone()),
        given_name: given,
        subject,
        issuer,
        username,
        roles: roles(claims.other.get(role_claim)),
        policy,
        sid: claims.sid.filter(|sid| is_present(sid)),
        login_hint: claims.login_hint.filter(|hint| is_present(hint)),
        signed_in_at: now,
    })
}

fn is_present(text: &str) -> bool {
    !text.trim().is_empty()
}

/// A claim with a text that is not blank.
fn word(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).filter(|text| is_present(text)).map(str::to_owned)
}

/// Azure AD B2C sends addresses as `emails`, an array.
fn first_address(claims: &Map<String, Value>) -> Option<String> {
    claims.get("emails")?.as_array()?.first()?.as_str().map(str::to_owned)
}

/// An array of strings, or one string; sorted, without repetition.
fn roles(claim: Option<&Value>) -> Vec<String> {
    let mut roles: Vec<String> = match claim {
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    roles.sort();
    roles.dedup();
    roles
}

fn home_account(client_info: &str) -> Option<AccountId> {
    let json = URL_SAFE_NO_PAD.decode(client_info.trim_end_matches('=')).ok()?;
    let info: ClientInfo = serde_json::from_slice(&json).ok()?;
    Some(AccountId::entra(&info.uid, info.utid))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{B2cAuthority, EntraAuthority, EntraTenant, OidcAuthority};

    const TENANT: Uuid = Uuid::from_u128(1);
    const OBJECT_ID: &str = "81a3b5c7-0d2e-4f46-8a9b-1c3d5e7f9024";

    fn entra() -> Realm {
        let base = "https://login.example".parse().unwrap();
        Realm::Entra(EntraAuthority { base, tenant: EntraTenant::Common, allowed_tenants: None })
    }

    fn read(realm: &Realm, claims: Value, client_info: Option<&str>) -> Result<Principal, TokenError> {
        let tenant_id = (!matches!(realm, Realm::Oidc(_))).then_some(TENANT);
        let token = Verified { claims: serde_json::from_value(claims).unwrap(), tenant_id };
        from_token(token, realm, client_info, OffsetDateTime::UNIX_EPOCH)
    }

    fn principal(realm: &Realm, claims: Value, client_info: Option<&str>) -> Principal {
        read(realm, claims, client_info).unwrap()
    }

    #[test]
    fn a_guest_has_an_account_here_and_one_at_home() {
        let home = Uuid::from_u128(2);
        let client_info = URL_SAFE_NO_PAD.encode(json!({ "uid": "HOME-OID", "utid": home }).to_string());
        let claims = json!({ "iss": "i", "sub": "s", "oid": "Guest-OID", "name": "Amara" });
        let guest = principal(&entra(), claims.clone(), Some(&client_info));
        assert_eq!(guest.account.home, format!("guest-oid.{TENANT}"));
        assert_eq!(guest.home_account.unwrap().home, format!("home-oid.{home}"));
        for odd in ["", "not base64!", "bm90IGpzb24"] {
            assert_eq!(principal(&entra(), claims.clone(), Some(odd)).home_account, None, "{odd}");
        }
    }

    #[test]
    fn roles_are_a_list_or_a_word_and_anything_else_is_none() {
        let realm = |role_claim: &str| {
            Realm::Oidc(OidcAuthority {
                issuer: "https://op.example".parse().unwrap(),
                tenant_id: TENANT,
                tenant_name: "Example".to_owned(),
                role_claim: role_claim.to_owned(),
            })
        };
        let roles_of = |claim: Value| {
            principal(&realm("groups"), json!({ "iss": "i", "sub": "s", "groups": claim, "roles": ["Admin"] }), None)
                .roles
        };
        assert_eq!(roles_of(json!(["Viewer", "Admin", "Viewer", 7])), ["Admin", "Viewer"]);
        assert_eq!(roles_of(json!("Viewer")), ["Viewer"]);
        assert_eq!(roles_of(json!({ "Admin": true })), [""; 0]);
        assert_eq!(roles_of(Value::Null), [""; 0], "the configured claim and no other");
    }

    #[test]
    fn there_is_always_something_to_call_the_person() {
        let name = |claims: Value| principal(&entra(), claims, None).name;
        let nameless = json!({ "iss": "i", "sub": "s", "oid": "o" });
        assert_eq!(name(nameless.clone()), "o");
        let mut with_mail = nameless.clone();
        with_mail["email"] = "a@contoso.example".into();
        assert_eq!(name(with_mail), "a@contoso.example");
        let mut blank = nameless;
        blank["name"] = " ".into();
        assert_eq!(name(blank), "o");
    }

    #[test]
    fn a_blank_is_neither_a_session_nor_a_hint() {
        let of = |text: &str| {
            let claims = json!({ "iss": "i", "sub": "s", "oid": "o", "sid": text, "login_hint": text });
            let person = principal(&entra(), claims, None);
            (person.sid, person.login_hint)
        };
        assert_eq!((of(""), of(" ")), ((None, None), (None, None)), "or else all who have one would share it");
        assert_eq!(of("x"), (Some("x".to_owned()), Some("x".to_owned())));
    }

    fn b2c(policy: &str) -> Realm {
        let authority = B2cAuthority {
            base: "https://contoso.b2clogin.com/contoso.onmicrosoft.com".parse().unwrap(),
            tenant_id: TENANT,
            sign_in_policy: "B2C_1_susi".to_owned(),
            edit_profile_policy: Some("B2C_1_edit".to_owned()),
            reset_password_policy: None,
            role_claim: "extension_Role".to_owned(),
        };
        Realm::B2c { authority, policy: policy.to_owned() }
    }

    #[test]
    fn the_policies_of_one_person_are_one_person() {
        let claims = |oid: Value| {
            json!({ "iss": "i", "sub": OBJECT_ID.to_uppercase(), "oid": oid, "given_name": "Amara", "family_name": "Okafor",
                "emails": ["amara@contoso.example"], "extension_Role": "Viewer", "roles": ["Admin"] })
        };
        // What the authority calls its own home account has the policy in it.
        let info =
            URL_SAFE_NO_PAD.encode(json!({ "uid": format!("{OBJECT_ID}-b2c_1_susi"), "utid": TENANT }).to_string());
        let susi = principal(&b2c("B2C_1_susi"), claims(OBJECT_ID.into()), Some(&info));
        let edit = principal(&b2c("B2C_1_edit"), claims(Value::Null), None);
        assert_eq!(susi.account, edit.account);
        assert_eq!(susi.account, AccountId::entra(OBJECT_ID, TENANT));
        assert_eq!((susi.policy.as_deref(), edit.policy.as_deref()), (Some("B2C_1_susi"), Some("B2C_1_edit")));
        assert_eq!(susi.home_account, None);
        assert_eq!((susi.name.as_str(), susi.given_name.as_deref()), ("Amara Okafor", Some("Amara")));
        assert_eq!(susi.username.as_deref(), Some("amara@contoso.example"));
        assert_eq!(susi.roles, ["Viewer"], "the configured claim and no other");
    }

    #[test]
    fn a_subject_that_everybody_has_is_nobodys_account() {
        let of = |claims: Value| read(&b2c("B2C_1_susi"), claims, None);
        let nobody = "Not supported currently. Use oid claim.";
        for claims in [
            json!({ "iss": "i", "sub": nobody }),
            json!({ "iss": "i", "sub": OBJECT_ID, "oid": nobody }),
            json!({ "iss": "i", "sub": OBJECT_ID, "oid": "" }),
        ] {
            assert_eq!(of(claims.clone()), Err(TokenError::ObjectIdMissing), "{claims}");
        }
        let known = of(json!({ "iss": "i", "sub": nobody, "oid": OBJECT_ID })).unwrap();
        assert_eq!((known.account, known.subject), (AccountId::entra(OBJECT_ID, TENANT), OBJECT_ID.to_owned()));
    }
}
