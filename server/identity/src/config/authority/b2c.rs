//! Azure AD B2C: one tenant, and a user flow ("policy") with metadata and keys of its own for each thing a person can do
//! there ("Azure AD B2C user flows and custom policies overview", "Azure AD B2C custom domains").

use url::Url;
use uuid::Uuid;

use super::{FlowKind, clouds};

const HOSTS: &str = "b2clogin.com";

/// An Azure AD B2C tenant with the policies that this application uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct B2cAuthority {
    /// The part before the policy: `https://contoso.b2clogin.com/contoso.onmicrosoft.com`, its older form with `/tfp/` in
    /// front of the tenant, or `https://login.contoso.example/{tenant id}` under a custom domain, which has to be named in
    /// [`crate::IdentityConfig::known_authorities`].
    pub base: Url,
    /// The tenant's id. Tokens have no `tid`; their issuer is made of this.
    pub tenant_id: Uuid,
    /// The policy for signing up and in, such as `B2C_1_signupsignin`.
    pub sign_in_policy: String,
    /// The policy for changing one's profile, if there is one.
    pub edit_profile_policy: Option<String>,
    /// The policy for a forgotten password, if it is not a part of signing in.
    pub reset_password_policy: Option<String>,
    /// The ID-token claim with the roles: an array of strings or one string.
    pub role_claim: String,
}

impl B2cAuthority {
    /// The policy that a flow goes to, if the application uses one for that.
    pub(crate) fn policy_for(&self, kind: FlowKind) -> Option<&str> {
        match kind {
            FlowKind::SignIn => Some(&self.sign_in_policy),
            FlowKind::EditProfile => self.edit_profile_policy.as_deref(),
            FlowKind::ResetPassword => self.reset_password_policy.as_deref(),
        }
    }

    /// Whether people may be signed in by this policy: a new password signs in as well, a changed profile does not.
    pub(crate) fn signs_in_with(&self, policy: &str) -> bool {
        let policies = [FlowKind::SignIn, FlowKind::ResetPassword].map(|kind| self.policy_for(kind));
        policies.into_iter().flatten().any(|one| one.eq_ignore_ascii_case(policy))
    }

    /// Whether tokens of `policy` may come from this issuer. It is never the authority's own URL: a tenant issues either
    /// under one name for all policies or under one for each.
    pub(crate) fn is_issuer(&self, issuer: &str, policy: &str) -> bool {
        let (origin, id) = (self.base.origin().ascii_serialization(), self.tenant_id);
        let expected = [format!("{origin}/{id}/v2.0/"), format!("{origin}/tfp/{id}/{policy}/v2.0/")];
        expected.iter().any(|one| one.eq_ignore_ascii_case(issuer))
    }

    /// Whether this issuer is that of some policy which signs people in.
    pub(crate) fn vouches_as(&self, issuer: &str) -> bool {
        let policies = [FlowKind::SignIn, FlowKind::ResetPassword].map(|kind| self.policy_for(kind));
        policies.into_iter().flatten().any(|policy| self.is_issuer(issuer, policy))
    }

    pub(super) fn is_known(&self, known: &[String]) -> bool {
        clouds::is_named(&self.base, known, HOSTS)
    }

    pub(super) fn metadata_url(&self, policy: &str) -> String {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}/{}/v2.0/.well-known/openid-configuration", policy.to_ascii_lowercase())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(0xABCD);

    fn at(base: &str) -> B2cAuthority {
        B2cAuthority {
            base: base.parse().unwrap(),
            tenant_id: ID,
            sign_in_policy: "B2C_1_SUSI".to_owned(),
            edit_profile_policy: Some("B2C_1_edit".to_owned()),
            reset_password_policy: Some("B2C_1_reset".to_owned()),
            role_claim: "roles".to_owned(),
        }
    }

    #[test]
    fn each_policy_has_metadata_of_its_own_in_every_form_of_the_authority() {
        for base in [
            "https://contoso.b2clogin.com/contoso.onmicrosoft.com",
            "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/",
            "https://login.contoso.example/00000000-0000-0000-0000-00000000abcd",
        ] {
            let url = at(base).metadata_url("B2C_1_SUSI");
            let start = base.trim_end_matches('/');
            assert_eq!(url, format!("{start}/b2c_1_susi/v2.0/.well-known/openid-configuration"));
        }
    }

    #[test]
    fn issuers_are_the_tenants_or_the_policys_and_nobody_elses() {
        let authority = at("https://contoso.b2clogin.com/contoso.onmicrosoft.com");
        let upper = ID.to_string().to_uppercase();
        for issuer in [
            format!("https://contoso.b2clogin.com/{ID}/v2.0/"),
            format!("https://contoso.b2clogin.com/{upper}/v2.0/"),
            format!("https://contoso.b2clogin.com/tfp/{ID}/b2c_1_susi/v2.0/"),
        ] {
            assert!(authority.is_issuer(&issuer, "B2C_1_susi"), "{issuer}");
        }
        let other = Uuid::from_u128(1);
        for issuer in [
            format!("https://contoso.b2clogin.com/{ID}/v2.0"),
            format!("https://contoso.b2clogin.com/{other}/v2.0/"),
            format!("https://fabrikam.b2clogin.com/{ID}/v2.0/"),
            format!("https://contoso.b2clogin.com/tfp/{ID}/B2C_1_edit/v2.0/"),
            "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/v2.0/".to_owned(),
        ] {
            assert!(!authority.is_issuer(&issuer, "B2C_1_susi"), "{issuer}");
        }
    }

    #[test]
    fn signing_in_and_a_new_password_sign_in_and_a_changed_profile_does_not() {
        let authority = at("https://contoso.b2clogin.com/contoso.onmicrosoft.com");
        assert!(authority.signs_in_with("b2c_1_susi") && authority.signs_in_with("B2C_1_Reset"));
        assert!(!authority.signs_in_with("B2C_1_edit") && !authority.signs_in_with("B2C_1_other"));
    }
}
