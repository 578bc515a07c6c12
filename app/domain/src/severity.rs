//! How bad it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The five severities every tenant starts with; 1 is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SeverityKey {
    /// Critical.
    Sev1,
    /// Major.
    Sev2,
    /// Moderate.
    Sev3,
    /// Minor.
    Sev4,
    /// Informational.
    Sev5,
}

impl SeverityKey {
    /// Worst first.
    pub const ALL: [Self; 5] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4, Self::Sev5];

    /// 1 (worst) to 5.
    pub fn rank(self) -> u8 {
        match self {
            Self::Sev1 => 1,
            Self::Sev2 => 2,
            Self::Sev3 => 3,
            Self::Sev4 => 4,
            Self::Sev5 => 5,
        }
    }

    /// `SEV1` to `SEV5`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV1",
            Self::Sev2 => "SEV2",
            Self::Sev3 => "SEV3",
            Self::Sev4 => "SEV4",
            Self::Sev5 => "SEV5",
        }
    }

    /// The word a fresh tenant uses for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sev1 => "Critical",
            Self::Sev2 => "Major",
            Self::Sev3 => "Moderate",
            Self::Sev4 => "Minor",
            Self::Sev5 => "Informational",
        }
    }

    /// Whether a fresh tenant calls it a major incident.
    pub fn is_major(self) -> bool {
        self <= Self::Sev2
    }

    /// Seconds between updates that a fresh tenant promises, if it promises any.
    pub fn update_interval_s(self) -> Option<u32> {
        match self {
            Self::Sev1 => Some(1_800),
            Self::Sev2 => Some(3_600),
            Self::Sev3 => Some(14_400),
            Self::Sev4 => Some(86_400),
            Self::Sev5 => None,
        }
    }
}

impl fmt::Display for SeverityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is not one of `SEV1` to `SEV5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of SEV1, SEV2, SEV3, SEV4, SEV5")]
pub struct SeverityKeyError;

impl FromStr for SeverityKey {
    type Err = SeverityKeyError;

    fn from_str(text: &str) -> Result<Self, SeverityKeyError> {
        Self::ALL.into_iter().find(|key| key.as_str().eq_ignore_ascii_case(text)).ok_or(SeverityKeyError)
    }
}

/// A severity as a tenant keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// Its place on the scale; identifies it within the tenant.
    pub key: SeverityKey,
    /// The tenant's word for it, at most 40 characters.
    pub name: String,
    /// Whether incidents of it are major.
    pub is_major: bool,
    /// Seconds between promised updates.
    pub update_interval_s: Option<u32>,
}
