//! An organisation and the rules it set for its incidents.

use std::fmt;
use std::str::FromStr;

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

/// Where an organisation stands with whoever runs this Muster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Its people may sign in.
    Allowed,
    /// It has asked to be let in; nobody has decided yet.
    Waiting,
    /// It was taken off the list.
    Blocked,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Allowed, Self::Waiting, Self::Blocked];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of allowed, waiting, blocked")]
pub struct StandingError;

impl FromStr for Standing {
    type Err = StandingError;

    fn from_str(text: &str) -> Result<Self, StandingError> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text).ok_or(StandingError)
    }
}
