//! People, as a tenant's directory knows them.

use serde::Deserialize;
use uuid::Uuid;

use super::Secret;

/// The account a person signs in with, wherever they are a guest: `uid` and `utid` of Entra's `client_info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeAccount {
    /// Object id in the home tenant.
    pub oid: Uuid,
    /// The home tenant.
    pub tenant: Uuid,
}

/// What conditional access asks of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Nothing.
    #[default]
    Allowed,
    /// Multi-factor authentication: AADSTS50076 where there is no page to do it on.
    Mfa,
    /// Enrolment for multi-factor authentication: AADSTS50079.
    Enrolment,
    /// No access: AADSTS53003.
    Blocked,
}

/// One person in one tenant's directory.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The tenant whose directory holds this entry.
    pub tenant: Uuid,
    /// Object id within that tenant.
    pub oid: Uuid,
    /// Sign-in name, the `preferred_username` claim.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Given name, where tokens carry it.
    pub given_name: Option<String>,
    /// Family name, where tokens carry it.
    pub family_name: Option<String>,
    /// E-mail address, sent with the `email` scope when present.
    pub email: Option<String>,
    /// What the person does, for the directory.
    pub job_title: Option<String>,
    /// Where the person does it, for the directory.
    pub department: Option<String>,
    /// Whether the directory has a picture of the person. It is made up from the object id.
    #[serde(default)]
    pub photo: bool,
    /// App roles assigned to the person. A token carries those that its application declares.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Groups the person is in, by object id.
    #[serde(default)]
    pub groups: Vec<Uuid>,
    /// Whether the person administers the tenant, and so may consent for it.
    #[serde(default)]
    pub administrator: bool,
    /// What conditional access asks. Tests change it while the stand-in runs.
    #[serde(default)]
    pub access: Access,
    /// Asked for when present; otherwise one click signs in.
    pub password: Option<Secret>,
    /// For a guest: the account at home. Absent for a member.
    pub guest: Option<HomeAccount>,
}

impl Account {
    /// The account the person signs in with: this one for a member, the one at home for a guest.
    pub fn home(&self) -> HomeAccount {
        self.guest.unwrap_or(HomeAccount { oid: self.oid, tenant: self.tenant })
    }

    /// How the form of the picker names this entry.
    pub(crate) fn key(&self) -> String {
        format!("{}.{}", self.oid, self.tenant)
    }
}
