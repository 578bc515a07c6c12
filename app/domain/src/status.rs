//! Where an incident stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The states of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Reported, not yet taken up.
    Triage,
    /// People are looking for the cause.
    Investigating,
    /// The cause is known.
    Identified,
    /// A fix is in; people watch whether it holds.
    Monitoring,
    /// Over.
    Resolved,
    /// Over and written up.
    Closed,
    /// Was no incident.
    Declined,
    /// Called off.
    Cancelled,
    /// Went into another incident. Reserved: nothing leads here yet.
    Merged,
}

/// Groups of states, as lists and metrics use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Waiting to be taken up.
    Pre,
    /// Somebody is on it.
    Live,
    /// Resolved, not yet closed.
    Post,
    /// Nothing more to do.
    Done,
}

impl Status {
    /// In the order in which an incident lives.
    pub const ALL: [Self; 9] = [
        Self::Triage,
        Self::Investigating,
        Self::Identified,
        Self::Monitoring,
        Self::Resolved,
        Self::Closed,
        Self::Declined,
        Self::Cancelled,
        Self::Merged,
    ];

    /// The group the state belongs to.
    pub fn phase(self) -> Phase {
        match self {
            Self::Triage => Phase::Pre,
            Self::Investigating | Self::Identified | Self::Monitoring => Phase::Live,
            Self::Resolved => Phase::Post,
            Self::Closed | Self::Declined | Self::Cancelled | Self::Merged => Phase::Done,
        }
    }

    /// The stored and transmitted word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Merged => "merged",
        }
    }

    /// The word on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Triage => "Triage",
            Self::Investigating => "Investigating",
            Self::Identified => "Identified",
            Self::Monitoring => "Monitoring",
            Self::Resolved => "Resolved",
            Self::Closed => "Closed",
            Self::Declined => "Declined",
            Self::Cancelled => "Cancelled",
            Self::Merged => "Merged",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of triage, investigating, identified, monitoring, resolved, closed, declined, cancelled, merged")]
pub struct StatusError;

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(StatusError)
    }
}
