//! The form of a note.

use serde::{Deserialize, Serialize};

use super::Pairs;

/// A note as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteForm {
    /// The id of the person the form was shown to; empty if no page drew it.
    #[serde(default)]
    pub shown_to: String,
    /// Markdown.
    pub body: String,
    /// The idempotency key the form was given.
    pub key: String,
}

impl NoteForm {
    /// The value of the hidden field `form`.
    pub const NAME: &str = "note";

    /// Reads the fields by name.
    pub fn from_pairs(pairs: &Pairs) -> Self {
        Self { shown_to: pairs.text("shown_to"), body: pairs.text("body"), key: pairs.text("key") }
    }
}
