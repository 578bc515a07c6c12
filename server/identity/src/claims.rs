//! Who somebody is, as far as the rest of the application needs to know.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// The one stable name of an account; everything else about a person may change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccountId {
    /// `oid.tid` for Entra, External ID and Azure AD B2C, whatever the policy; `issuer#sub` for a plain OpenID Provider.
    pub home: String,
}

impl AccountId {
    /// An Entra account in one tenant: the object id and the tenant id, both lower case.
    #[must_use]
    pub fn entra(object_id: &str, tenant_id: Uuid) -> Self {
        Self { home: format!("{}.{tenant_id}", object_id.to_ascii_lowercase()) }
    }

    /// An account of a plain OpenID Provider. No issuer has a fragment (OpenID Connect Core 1.0 section 2), so the pair
    /// can be told apart again.
    #[must_use]
    pub fn subject(issuer: &str, subject: &str) -> Self {
        Self { home: format!("{issuer}#{subject}") }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.home)
    }
}

/// A signed-in person. Only [`account`](Self::account), [`tenant_id`](Self::tenant_id) and [`roles`](Self::roles) may
/// decide anything: name and username can be changed by their owner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Who.
    pub account: AccountId,
    /// The account in its home tenant (`uid.utid`), where Entra says so. Differs from `account` for guests.
    pub home_account: Option<AccountId>,
    /// The tenant the person signed in to.
    pub tenant_id: Uuid,
    /// `oid` for Entra and its kin, `sub` otherwise.
    pub subject: String,
    /// The concrete issuer of the ID token.
    pub issuer: String,
    /// What to call the person.
    pub name: String,
    /// First name alone, where the authority says so.
    #[serde(default)]
    pub given_name: Option<String>,
    /// Sign-in name for display, usually an address.
    pub username: Option<String>,
    /// App roles, sorted, without repetition.
    pub roles: Vec<String>,
    /// The Azure AD B2C policy that the person signed in with; signing out goes to the same one.
    #[serde(default)]
    pub policy: Option<String>,
    /// The authority's id for its own session; front-channel sign-out names it.
    pub sid: Option<String>,
    /// Opaque hint with which the authority recognises the account without asking.
    pub login_hint: Option<String>,
    /// When the session began.
    #[serde(with = "time::serde::timestamp")]
    pub signed_in_at: OffsetDateTime,
}

impl fmt::Debug for Principal {
    /// Shows what tells accounts apart and no personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("account", &self.account)
            .field("tenant_id", &self.tenant_id)
            .field("roles", &self.roles)
            .field("signed_in_at", &self.signed_in_at)
            .finish_non_exhaustive()
    }
}
