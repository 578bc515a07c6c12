//! The form of one step.

use serde::{Deserialize, Serialize};

use super::Pairs;

/// A step as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActForm {
    /// The id of the person the form was shown to; empty if no page drew it.
    #[serde(default)]
    pub shown_to: String,
    /// The step's word.
    pub action: String,
    /// The version the person looked at.
    pub version: String,
    /// Why; may be empty.
    pub reason: String,
    /// The severity's key; empty for none.
    pub severity: String,
}

impl ActForm {
    /// The value of the hidden field `form`.
    pub const NAME: &str = "act";

    /// Reads the fields by name.
    pub fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            shown_to: pairs.text("shown_to"),
            action: pairs.text("action"),
            version: pairs.text("version"),
            reason: pairs.text("reason"),
            severity: pairs.text("severity"),
        }
    }
}
