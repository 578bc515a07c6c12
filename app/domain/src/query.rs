//! What a person asks the list for. Each part has the word that stands in the address.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Phase, SeverityKey, Status};

/// Which incidents, by where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    /// Somebody is on it, or should be: triage and live.
    #[default]
    Active,
    /// Waiting to be taken up.
    Triage,
    /// Over, not yet closed.
    Resolved,
    /// Closed, declined, cancelled.
    Done,
    /// Every one.
    All,
}

impl Tab {
    /// In the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Active, Self::Triage, Self::Resolved, Self::Done, Self::All];

    /// The word in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Triage => "triage",
            Self::Resolved => "resolved",
            Self::Done => "done",
            Self::All => "all",
        }
    }

    /// The word on the tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Triage => "Triage",
            Self::Resolved => "Resolved",
            Self::Done => "Done",
            Self::All => "All",
        }
    }

    /// The states it shows.
    pub fn statuses(self) -> impl Iterator<Item = Status> {
        Status::ALL.into_iter().filter(move |status| match self {
            Self::Active => matches!(status.phase(), Phase::Pre | Phase::Live),
            Self::Triage => status.phase() == Phase::Pre,
            Self::Resolved => status.phase() == Phase::Post,
            Self::Done => status.phase() == Phase::Done,
            Self::All => true,
        })
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Last changed first.
    #[default]
    Updated,
    /// Last declared first.
    Declared,
    /// Worst first, last changed first within a severity; without a severity last.
    Severity,
    /// Highest number first.
    Number,
}

impl Sort {
    /// In the order of the menu.
    pub const ALL: [Self; 4] = [Self::Updated, Self::Declared, Self::Severity, Self::Number];

    /// The word in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Declared => "declared",
            Self::Severity => "severity",
            Self::Number => "number",
        }
    }

    /// The words in the menu.
    pub fn label(self) -> &'static str {
        match self {
            Self::Updated => "Last update",
            Self::Declared => "Declared",
            Self::Severity => "Severity",
            Self::Number => "Number",
        }
    }
}

/// Rows on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PageSize {
    /// 25.
    #[default]
    Small,
    /// 50.
    Medium,
    /// 100.
    Large,
}

impl PageSize {
    /// Smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The number of rows.
    pub fn rows(self) -> u32 {
        match self {
            Self::Small => 25,
            Self::Medium => 50,
            Self::Large => 100,
        }
    }
}

/// A question to the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IncidentQuery {
    /// Which, by state.
    pub tab: Tab,
    /// Which, by severity.
    pub severity: Option<SeverityKey>,
    /// In which order.
    pub sort: Sort,
    /// How many at a time.
    pub size: PageSize,
}

macro_rules! from_word {
    ($name:ident, $error:ident, $why:literal, $word:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&$word(*self))
            }
        }

        /// The text is none of the words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error($why)]
        pub struct $error;

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::ALL.into_iter().find(|value| $word(*value) == text).ok_or($error)
            }
        }
    };
}

from_word!(Tab, TabError, "must be one of active, triage, resolved, done, all", |tab: Tab| tab.as_str().to_owned());
from_word!(Sort, SortError, "must be one of updated, declared, severity, number", |sort: Sort| sort
    .as_str()
    .to_owned());
from_word!(PageSize, PageSizeError, "must be 25, 50 or 100", |size: PageSize| size.rows().to_string());
