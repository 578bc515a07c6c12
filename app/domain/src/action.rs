//! What people do to move an incident on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Status;

/// A step from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Take a report up; it needs a severity from here on.
    Accept,
    /// Say that a report is no incident, and why.
    Decline,
    /// The cause is known.
    Identify,
    /// A fix is in.
    Monitor,
    /// Back to looking for the cause.
    Regress,
    /// It is over.
    Resolve,
    /// It was not over, and why.
    Reopen,
    /// It is written up.
    Close,
    /// Call it off, and why.
    Cancel,
    /// Bring a declined or cancelled incident back.
    Restore,
}

impl Action {
    /// In the order in which buttons are shown.
    pub const ALL: [Self; 10] = [
        Self::Accept,
        Self::Identify,
        Self::Monitor,
        Self::Resolve,
        Self::Close,
        Self::Regress,
        Self::Reopen,
        Self::Restore,
        Self::Decline,
        Self::Cancel,
    ];

    /// Whether a reason must be given.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Decline | Self::Cancel | Self::Reopen)
    }

    /// The transmitted word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Identify => "identify",
            Self::Monitor => "monitor",
            Self::Regress => "regress",
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
            Self::Close => "close",
            Self::Cancel => "cancel",
            Self::Restore => "restore",
        }
    }

    /// The words on the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Accept => "Accept",
            Self::Decline => "Decline",
            Self::Identify => "Cause identified",
            Self::Monitor => "Fix in, monitor",
            Self::Regress => "Back to investigating",
            Self::Resolve => "Resolve",
            Self::Reopen => "Reopen",
            Self::Close => "Close",
            Self::Cancel => "Cancel incident",
            Self::Restore => "Restore",
        }
    }

    /// The words on the button of an incident in this state: from resolved, monitoring is a way back.
    pub fn label_from(self, from: Status) -> &'static str {
        match (self, from) {
            (Self::Monitor, Status::Resolved) => "Back to monitoring",
            _ => self.label(),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of accept, decline, identify, monitor, regress, resolve, reopen, close, cancel, restore")]
pub struct ActionError;

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, ActionError> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or(ActionError)
    }
}
