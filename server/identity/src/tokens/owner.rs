//! An owner of tokens together with the way to get more of them.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{grant::Grant, partition::Partition, record::TokenRecord};
use crate::{
    claims::{AccountId, Principal},
    config::{Authority, FlowKind},
};

/// Whose tokens, and where from.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(super) partition: Partition,
    /// The flow whose policy gave out the refresh token (Azure AD B2C).
    pub(super) kind: FlowKind,
    /// At which tenant's endpoint.
    pub(super) tenant: Option<Uuid>,
    /// The person, if it is one.
    pub(super) account: Option<AccountId>,
    pub(super) source: Source,
}

/// What more tokens are got with.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The refresh token in the record.
    RefreshToken,
    /// The application's own credential.
    Credential,
    /// The access token of a caller.
    Assertion(SecretString),
}

impl Owner {
    /// A person who has signed in.
    pub(crate) fn person(principal: &Principal, authority: &Authority) -> Self {
        Self {
            partition: Partition::of(principal),
            kind: authority.kind_of(principal.policy.as_deref()),
            tenant: at(authority, principal.tenant_id),
            account: Some(principal.account.clone()),
            source: Source::RefreshToken,
        }
    }

    /// The application itself.
    pub(crate) fn application(client_id: &str, tenant: Uuid, authority: &Authority) -> Self {
        Self {
            partition: Partition::of_app(client_id, tenant),
            kind: FlowKind::SignIn,
            tenant: at(authority, tenant),
            account: None,
            source: Source::Credential,
        }
    }

    /// Whoever sent us a request with `assertion`.
    pub(crate) fn caller(assertion: &SecretString, tenant: Uuid, authority: &Authority) -> Self {
        Self {
            partition: Partition::of_assertion(assertion.expose_secret()),
            kind: FlowKind::SignIn,
            tenant: at(authority, tenant),
            account: None,
            source: Source::Assertion(assertion.clone()),
        }
    }

    /// The grant for the next token; none if there is nothing left to get one with.
    pub(super) fn grant(&self, record: &TokenRecord, now: time::OffsetDateTime) -> Option<Grant> {
        match &self.source {
            Source::RefreshToken => {
                let token = record.refresh.as_ref().filter(|token| token.is_alive(now))?;
                Some(Grant::RefreshToken(token.secret.clone()))
            }
            Source::Credential => Some(Grant::ClientCredentials),
            Source::Assertion(assertion) => Some(Grant::OnBehalfOf(assertion.clone())),
        }
    }

    /// Whether somebody could be asked to sign in.
    pub(super) fn is_somebody(&self) -> bool {
        !matches!(self.source, Source::Credential)
    }
}

/// The tenant whose endpoint is asked. Only Entra has more than one.
fn at(authority: &Authority, tenant: Uuid) -> Option<Uuid> {
    matches!(authority, Authority::Entra(_)).then_some(tenant)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::{
        config::B2cAuthority,
        tokens::tests::bench::{authority, person_named},
    };

    /// Azure AD B2C takes a refresh token at the policy that gave it out (AADB2C90088), and has one tenant.
    #[test]
    fn a_policy_s_tokens_are_renewed_at_that_policy() {
        let b2c = Authority::B2c(B2cAuthority {
            base: format!("https://coho.b2clogin.com/{}", Uuid::nil()).parse().unwrap(),
            tenant_id: Uuid::nil(),
            sign_in_policy: "B2C_1_susi".to_owned(),
            edit_profile_policy: None,
            reset_password_policy: Some("B2C_1_reset".to_owned()),
            role_claim: "roles".to_owned(),
        });
        let asked = |policy: &str| {
            let owner = Owner::person(&Principal { policy: Some(policy.to_owned()), ..person_named(1) }, &b2c);
            (owner.kind, owner.tenant)
        };
        assert_eq!(asked("B2C_1_susi"), (FlowKind::SignIn, None));
        assert_eq!(asked("b2c_1_reset"), (FlowKind::ResetPassword, None));
        assert_eq!(Owner::person(&person_named(1), &authority()).tenant, Some(Uuid::nil()));
    }
}
