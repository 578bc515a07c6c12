//! Who acts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{TenantId, UserId};

/// App roles, as they are assigned in Entra.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Configures the tenant, reads the audit log, and may do everything with incidents.
    Admin,
    /// May do everything with incidents: close, reopen, restrict.
    IncidentManager,
    /// Declares incidents and works on them.
    Responder,
    /// Reads incidents.
    Viewer,
    /// Reads everything, audit log included, and exports; changes nothing.
    Auditor,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Admin, Self::IncidentManager, Self::Responder, Self::Viewer, Self::Auditor];

    /// The value of the `roles` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::IncidentManager => "IncidentManager",
            Self::Responder => "Responder",
            Self::Viewer => "Viewer",
            Self::Auditor => "Auditor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no role of Muster's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of Admin, IncidentManager, Responder, Viewer, Auditor")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

/// What an administrator has granted to an application itself, which then acts without a person: the application
/// permissions of Entra.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Reads incidents.
    Read,
    /// Reads incidents, declares them and works on them.
    ReadWrite,
    /// Deletes incidents.
    Delete,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 3] = [Self::Read, Self::ReadWrite, Self::Delete];

    /// The value of the `roles` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "Incidents.Read.All",
            Self::ReadWrite => "Incidents.ReadWrite.All",
            Self::Delete => "Incidents.Delete.All",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no permission of Muster's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of Incidents.Read.All, Incidents.ReadWrite.All, Incidents.Delete.All")]
pub struct PermissionError;

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text).ok_or(PermissionError)
    }
}

/// A set of roles: those of a person, or the permissions of an application. Neither is made out of words for the other.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles(u8);

/// Behind the bits of roles, of which the last is the Auditor's, come those of permissions.
const PERMISSIONS: u8 = Role::Auditor as u8 + 1;

impl Roles {
    /// Whether the role is in the set.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether any of the permissions is in the set.
    pub fn grant(self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|permission| self.0 & (1 << (PERMISSIONS + *permission as u8)) != 0)
    }

    /// Whether any of the roles is in the set.
    pub fn any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// Whether there is no role at all.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles in the set.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | (1 << role as u8)))
    }
}

impl FromIterator<Permission> for Roles {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | (1 << (PERMISSIONS + permission as u8))))
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let permissions = Permission::ALL.into_iter().filter(|permission| self.grant(&[*permission]));
        f.debug_set().entries(self.iter()).entries(permissions).finish()
    }
}

/// A person who asks for something within one tenant, or an application that does so by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person, or the application.
    pub id: UserId,
    /// The organisation in whose name they act.
    pub tenant: TenantId,
    /// What to call them.
    pub name: String,
    /// What they may do.
    pub roles: Roles,
}
