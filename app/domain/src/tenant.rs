//! An organisation and the rules it set for its incidents.

use serde::{Deserialize, Serialize};

use crate::{Name, TenantId};

/// An organisation; nothing of one is ever visible to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Equals the Entra directory id.
    pub id: TenantId,
    /// Shown in the top bar.
    pub name: Name,
    /// When an incident may be closed and for how long it may come back.
    pub close_policy: ClosePolicy,
}

/// What a tenant asks for before an incident is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClosePolicy {
    /// A summary must have been written.
    pub summary: bool,
    /// At least one affected service must be named.
    pub service: bool,
    /// A major incident needs a published retrospective. Off until Muster keeps retrospectives.
    pub retrospective_if_major: bool,
    /// Days after closing during which an incident can be reopened.
    pub reopen_within_days: u16,
}

impl Default for ClosePolicy {
    fn default() -> Self {
        Self { summary: false, service: false, retrospective_if_major: false, reopen_within_days: 30 }
    }
}
