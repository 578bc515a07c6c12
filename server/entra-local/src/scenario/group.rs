//! Groups, as a tenant's directory knows them.

use serde::Deserialize;
use uuid::Uuid;

/// A group. One that no entry describes, but somebody is in, is a security group without a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The tenant whose directory holds it.
    pub tenant: Uuid,
    /// Object id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Whether it is a security group; tokens carry only those.
    #[serde(default = "yes")]
    pub security_enabled: bool,
    /// The groups that this one is in, and with it everybody who is in this one.
    #[serde(default)]
    pub member_of: Vec<Uuid>,
}

fn yes() -> bool {
    true
}
