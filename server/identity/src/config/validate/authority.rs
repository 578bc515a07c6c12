//! Whether the settings describe an authority, and one to be believed.

use url::Url;
use uuid::Uuid;

use super::{Problems, has_no_userinfo, is_https_or_loopback, without_userinfo};
use crate::config::{Authority, B2cAuthority, IdentityConfig};

const GUID: &str = "give the Application (client) ID of the app registration, a GUID";
const ROLE_CLAIM: &str = "name the ID-token claim that holds the roles, for example `roles`";

impl IdentityConfig {
    pub(super) fn check_authority(&self, problems: &mut Problems) {
        self.check_authority_url(problems);
        match &self.authority {
            Authority::Entra(entra) => {
                let some = entra.allowed_tenants.as_ref().is_none_or(|tenants| !tenants.is_empty());
                problems.unless(
                    some,
                    "authority.allowed_tenants",
                    &"an empty list",
                    "name at least one tenant id, or leave the setting out to admit all tenants",
                );
            }
            Authority::ExternalId(_) => {}
            Authority::B2c(b2c) => check_policies(b2c, problems),
            Authority::Oidc(oidc) => {
                problems.unless(!oidc.role_claim.is_empty(), "authority.role_claim", &"", ROLE_CLAIM);
            }
        }
        let id = &self.client_id;
        match &self.authority {
            Authority::Oidc(_) => {
                problems.unless(!id.is_empty(), "client_id", id, "give the client id that was registered");
            }
            Authority::Entra(_) | Authority::ExternalId(_) | Authority::B2c(_) => {
                problems.unless(Uuid::parse_str(id).is_ok(), "client_id", id, GUID);
            }
        }
    }

    fn check_authority_url(&self, problems: &mut Problems) {
        let url = self.authority.base();
        let name = if let Authority::Oidc(_) = self.authority { "authority.issuer" } else { "authority.base" };
        let plain = is_https_or_loopback(url) && is_plain(url);
        problems.unless(
            plain,
            name,
            &without_userinfo(url),
            "use an https URL without user name, query and fragment; plain http works on localhost only",
        );
        problems.unless(
            !plain || self.authority.is_known(&self.known_authorities),
            name,
            &without_userinfo(url),
            "is no host of Microsoft's; if it is yours, name it in known_authorities",
        );
    }
}

fn is_plain(url: &Url) -> bool {
    has_no_userinfo(url) && url.query().is_none() && url.fragment().is_none()
}

fn check_policies(b2c: &B2cAuthority, problems: &mut Problems) {
    problems.unless(
        !b2c.base.path().trim_matches('/').is_empty(),
        "authority.base",
        &b2c.base,
        "add the tenant, such as https://contoso.b2clogin.com/contoso.onmicrosoft.com",
    );
    problems.unless(!b2c.role_claim.is_empty(), "authority.role_claim", &"", ROLE_CLAIM);
    let policies = [
        ("authority.sign_in_policy", Some(&b2c.sign_in_policy)),
        ("authority.edit_profile_policy", b2c.edit_profile_policy.as_ref()),
        ("authority.reset_password_policy", b2c.reset_password_policy.as_ref()),
    ];
    for (name, policy) in policies {
        let Some(policy) = policy else { continue };
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let named = policy.to_ascii_lowercase().starts_with("b2c_1") && policy.chars().all(word);
        problems.unless(named, name, policy, "give the name of a user flow (B2C_1_…) or of a custom policy (B2C_1A_…)");
        let same = policies.iter().filter(|(_, other)| other.is_some_and(|other| other.eq_ignore_ascii_case(policy)));
        problems.unless(same.count() == 1, name, policy, "use a policy of its own for each flow");
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::config::{
        EntraAuthority, ExternalIdAuthority, OidcAuthority,
        validate::tests::{config, names},
    };

    fn with_entra(change: impl FnOnce(&mut EntraAuthority)) -> Vec<&'static str> {
        let mut config = config();
        let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
        change(authority);
        names(&config)
    }

    fn with_oidc(issuer: &str, role_claim: &str, client_id: &str) -> Vec<&'static str> {
        let authority = Authority::Oidc(OidcAuthority {
            issuer: issuer.parse().unwrap(),
            tenant_id: Uuid::nil(),
            tenant_name: "Example".to_owned(),
            role_claim: role_claim.to_owned(),
        });
        names(&IdentityConfig { authority, client_id: client_id.to_owned(), ..config() })
    }

    #[test]
    fn an_authority_is_a_plain_https_url() {
        for url in [
            "http://login.example/",
            "https://me@login.example/",
            "https://me:hunter2@login.example/",
            "https://login.example/?x",
            "https://login.example/#x",
        ] {
            assert_eq!(with_entra(|entra| entra.base = url.parse().unwrap()), ["authority.base"], "{url}");
            // A fragment would make two accounts of an issuer and a subject indistinguishable.
            assert_eq!(with_oidc(url, "roles", "muster"), ["authority.issuer"], "{url}");
        }
        assert_eq!(with_oidc("https://op.example/a", "roles", "muster"), [""; 0]);
        assert_eq!(with_oidc("https://op.example", "", "muster"), ["authority.role_claim"]);
        assert_eq!(with_oidc("https://op.example", "roles", ""), ["client_id"]);
    }

    #[test]
    fn a_list_of_tenants_without_a_tenant_is_a_mistake() {
        assert_eq!(with_entra(|entra| entra.allowed_tenants = Some([].into())), ["authority.allowed_tenants"]);
        assert_eq!(with_entra(|entra| entra.allowed_tenants = Some([Uuid::nil()].into())), [""; 0]);
    }

    #[test]
    fn an_unknown_host_has_to_be_named_by_a_setting() {
        let unknown = "https://login.example/".parse::<Url>().unwrap();
        assert_eq!(with_entra(|entra| entra.base = unknown.clone()), ["authority.base"]);
        let (tenant_id, known) = (Uuid::from_u128(3), vec!["login.example".to_owned()]);
        let external =
            |base: &str| Authority::ExternalId(ExternalIdAuthority { base: base.parse().unwrap(), tenant_id });
        for (authority, host) in [
            (external("https://login.example/"), "login.example"),
            (external("https://contoso.ciamlogin.com.evil.example/"), "contoso.ciamlogin.com.evil.example"),
            (b2c("https://login.example/contoso"), "login.example"),
        ] {
            let unnamed = IdentityConfig { authority, ..config() };
            assert_eq!(names(&unnamed), ["authority.base"], "{host}");
            let named = IdentityConfig { known_authorities: known.clone(), ..unnamed };
            assert_eq!(names(&named).is_empty(), host == "login.example", "{host}");
        }
        for authority in [
            external("https://contoso.ciamlogin.com/"),
            b2c("https://contoso.b2clogin.com/contoso.onmicrosoft.com"),
            b2c("http://localhost:3001/contoso"),
        ] {
            assert_eq!(names(&IdentityConfig { authority, ..config() }), [""; 0]);
        }
    }

    fn b2c(base: &str) -> Authority {
        with_policies(base, "B2C_1_susi", Some("B2C_1_edit"), Some("B2C_1A_reset"))
    }

    fn with_policies(base: &str, sign_in: &str, edit: Option<&str>, reset: Option<&str>) -> Authority {
        Authority::B2c(B2cAuthority {
            base: base.parse().unwrap(),
            tenant_id: Uuid::from_u128(3),
            sign_in_policy: sign_in.to_owned(),
            edit_profile_policy: edit.map(str::to_owned),
            reset_password_policy: reset.map(str::to_owned),
            role_claim: "roles".to_owned(),
        })
    }

    #[test]
    fn policies_have_names_of_policies_and_one_use_each() {
        const BASE: &str = "https://contoso.b2clogin.com/contoso.onmicrosoft.com";
        let problems = |sign_in: &str, edit: Option<&str>, reset: Option<&str>| {
            names(&IdentityConfig { authority: with_policies(BASE, sign_in, edit, reset), ..config() })
        };
        assert_eq!(problems("B2C_1_susi", None, None), [""; 0]);
        assert_eq!(problems("", None, None), ["authority.sign_in_policy"]);
        assert_eq!(problems("susi", None, None), ["authority.sign_in_policy"]);
        assert_eq!(problems("B2C_1_susi", Some("B2C_1_a/../b"), None), ["authority.edit_profile_policy"]);
        assert_eq!(
            problems("B2C_1_susi", None, Some("b2c_1_SUSI")),
            ["authority.sign_in_policy", "authority.reset_password_policy"]
        );
        assert_eq!(
            problems("B2C_1_susi", Some("b2c_1_SUSI"), None),
            ["authority.sign_in_policy", "authority.edit_profile_policy"]
        );
        assert_eq!(problems("B2C_1_susi", None, Some("reset")), ["authority.reset_password_policy"]);
        let bare = IdentityConfig { authority: b2c("https://contoso.b2clogin.com"), ..config() };
        assert_eq!(names(&bare), ["authority.base"]);
    }
}
