//! The form that declares an incident.

use serde::{Deserialize, Serialize};

use super::Pairs;

/// A declaration as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclareForm {
    /// The id of the person the form was shown to; empty if no page drew it.
    #[serde(default)]
    pub shown_to: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub summary: String,
    /// The severity's key; empty for none.
    pub severity: String,
    /// Ids of services.
    pub services: Vec<String>,
    /// `tenant` or `restricted`; empty where the person may not choose.
    pub visibility: String,
    /// Ids of people.
    pub people: Vec<String>,
    /// Names of more people, one a line, where the form does not offer everybody.
    #[serde(default)]
    pub others: String,
    /// Start in triage.
    pub triage: bool,
    /// An exercise.
    pub test: bool,
    /// The idempotency key the form was given.
    pub key: String,
}

impl DeclareForm {
    /// Reads the fields by name.
    pub fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            shown_to: pairs.text("shown_to"),
            title: pairs.text("title"),
            summary: pairs.text("summary"),
            severity: pairs.text("severity"),
            services: pairs.texts("services"),
            visibility: pairs.text("visibility"),
            people: pairs.texts("people"),
            others: pairs.text("others"),
            triage: pairs.ticked("triage"),
            test: pairs.ticked("test"),
            key: pairs.text("key"),
        }
    }
}
