//! What happened, in order. Entries are only ever added.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Action, Cleared, EntryId, SeverityKey, Status, Timestamp, UserId};

/// A field of an incident that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The title.
    Title,
    /// The summary.
    Summary,
    /// The affected services.
    Services,
    /// Who may see it.
    Visibility,
    /// The people a restricted incident is open to.
    People,
}

impl Field {
    /// The word on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Services => "services",
            Self::Visibility => "visibility",
            Self::People => "people",
        }
    }
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EntryKind {
    /// The incident was declared.
    Declared {
        /// The state it started in.
        status: Status,
        /// Its severity, if known then.
        severity: Option<SeverityKey>,
    },
    /// It moved from one state to another.
    StatusChanged {
        /// The step taken.
        action: Action,
        /// The state before.
        from: Status,
        /// The state after.
        to: Status,
        /// The times of an end that the step took back.
        #[serde(default, skip_serializing_if = "Cleared::is_empty")]
        cleared: Cleared,
    },
    /// Its severity changed.
    SeverityChanged {
        /// Before; none in triage.
        from: Option<SeverityKey>,
        /// After.
        to: Option<SeverityKey>,
    },
    /// A field was edited.
    FieldChanged {
        /// Which.
        field: Field,
        /// Before, as text.
        before: String,
        /// After, as text.
        after: String,
    },
    /// Somebody wrote a note.
    #[serde(deserialize_with = "nothing")]
    Note,
    /// It was taken in from elsewhere.
    Import {
        /// Where it came from, in words.
        origin: String,
    },
}

/// Refuses fields where there are none; for a variant without any, `deny_unknown_fields` does not.
fn nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

impl EntryKind {
    /// The stored word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Declared { .. } => "declared",
            Self::StatusChanged { .. } => "status_changed",
            Self::SeverityChanged { .. } => "severity_changed",
            Self::FieldChanged { .. } => "field_changed",
            Self::Note => "note",
            Self::Import { .. } => "import",
        }
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Identifies the entry.
    pub id: EntryId,
    /// What it says.
    pub what: EntryKind,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When Muster learned of it.
    pub recorded_at: Timestamp,
    /// Who did it; none where a machine did.
    pub actor: Option<UserId>,
    /// Their name at the time.
    pub actor_name: String,
    /// Markdown: the note itself, or the reason for a step.
    pub body: String,
    /// The version of the incident after it. A note leaves the version alone.
    pub version: u32,
}
