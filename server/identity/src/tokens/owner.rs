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
