//! The forms that end sessions.

use serde::{Deserialize, Serialize};

use super::Pairs;

/// What is to end, as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsForm {
    /// The id of the person the form was shown to; empty if no page drew it.
    #[serde(default)]
    pub shown_to: String,
    /// [`Self::ONE`], [`Self::OTHERS`], [`Self::PERSON`] or [`Self::EVERYONE`].
    pub end: String,
    /// Which one.
    #[serde(default)]
    pub handle: String,
    /// Whose.
    #[serde(default)]
    pub person: String,
}

impl SessionsForm {
    /// The session of the handle.
    pub const ONE: &str = "one";
    /// All of the viewer's but this one.
    pub const OTHERS: &str = "others";
    /// All of the person's.
    pub const PERSON: &str = "person";
    /// All of the organisation's.
    pub const EVERYONE: &str = "everyone";

    /// Reads the fields by name.
    pub fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            shown_to: pairs.text("shown_to"),
            end: pairs.text("end"),
            handle: pairs.text("handle"),
            person: pairs.text("person"),
        }
    }
}
