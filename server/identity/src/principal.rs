//! From a verified ID token to a person.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    claims::{AccountId, Principal},
    config::Authority,
    validator::{TokenError, Verified},
};

/// Entra's `client_info`: the account in its home tenant.
#[derive(Deserialize)]
struct ClientInfo {
    uid: String,
    utid: Uuid,
}

/// The person that `token` is about.
pub(crate) fn from_token(
    token: Verified,
    authority: &Authority,
    client_info: Option<&str>,
    now: OffsetDateTime,
) -> Result<Principal, TokenError> {
    let Verified { claims, tenant_id } = token;
    let issuer = claims.issuer().to_owned();
    let sub = claims.sub.ok_or(TokenError::SubjectMissing)?;
    let (account, home_account, tenant_id, subject, role_claim) = match authority {
        Authority::Entra(_) => {
            let tenant_id = tenant_id.ok_or(TokenError::TenantMissing)?;
            let oid = claims.oid.ok_or(TokenError::ObjectIdMissing)?;
            (AccountId::entra(&oid, tenant_id), client_info.and_then(home_account), tenant_id, oid, "roles")
        }
        Authority::Oidc(oidc) => {
            (AccountId::subject(&issuer, &sub), None, oidc.tenant_id, sub, oidc.role_claim.as_str())
        }
    };
    let present = |text: &String| !text.trim().is_empty();
    let username = claims.preferred_username.or(claims.email).filter(present);
    Ok(Principal {
        account,
        home_account,
        tenant_id,
        name: claims.name.filter(present).or_else(|| username.clone()).unwrap_or_else(|| subject.clone()),
        subject,
        issuer,
        username,
        roles: roles(claims.other.get(role_claim)),
        sid: claims.sid.filter(present),
        login_hint: claims.login_hint.filter(present),
        signed_in_at: now,
    })
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
    use crate::config::{EntraAuthority, EntraTenant, OidcAuthority};

    const TENANT: Uuid = Uuid::from_u128(1);

    fn entra() -> Authority {
        let base = "https://login.example".parse().unwrap();
        Authority::Entra(EntraAuthority { base, tenant: EntraTenant::Common, allowed_tenants: None })
    }

    fn principal(authority: &Authority, claims: Value, client_info: Option<&str>) -> Principal {
        let tenant_id = matches!(authority, Authority::Entra(_)).then_some(TENANT);
        let token = Verified { claims: serde_json::from_value(claims).unwrap(), tenant_id };
        from_token(token, authority, client_info, OffsetDateTime::UNIX_EPOCH).unwrap()
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
        let authority = |role_claim: &str| {
            Authority::Oidc(OidcAuthority {
                issuer: "https://op.example".parse().unwrap(),
                tenant_id: TENANT,
                tenant_name: "Example".to_owned(),
                role_claim: role_claim.to_owned(),
            })
        };
        let roles_of = |claim: Value| {
            principal(
                &authority("groups"),
                json!({ "iss": "i", "sub": "s", "groups": claim, "roles": ["Admin"] }),
                None,
            )
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
}
