//! The form that edits an incident.

use domain::view::IncidentDetail;
use serde::{Deserialize, Serialize};

use super::Pairs;

/// An edit as it was typed: every field, changed or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditForm {
    /// The id of the person the form was shown to; empty if no page drew it.
    #[serde(default)]
    pub shown_to: String,
    /// The version the person looked at.
    pub version: String,
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
    /// The services the form was shown with, which tells a list that was left alone from one that was changed.
    #[serde(default)]
    pub services_shown: Vec<String>,
    /// The people it was shown with.
    #[serde(default)]
    pub people_shown: Vec<String>,
}

impl EditForm {
    /// Reads the fields by name.
    pub fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            shown_to: pairs.text("shown_to"),
            version: pairs.text("version"),
            title: pairs.text("title"),
            summary: pairs.text("summary"),
            severity: pairs.text("severity"),
            services: pairs.texts("services"),
            visibility: pairs.text("visibility"),
            people: pairs.texts("people"),
            others: pairs.text("others"),
            services_shown: pairs.texts("services_shown"),
            people_shown: pairs.texts("people_shown"),
        }
    }

    /// The form as it is first shown.
    pub fn of(incident: &IncidentDetail) -> Self {
        let services: Vec<_> = incident.services.iter().map(|s| s.id.to_string()).collect();
        let people: Vec<_> = incident.people.iter().map(|p| p.id.to_string()).collect();
        Self {
            shown_to: incident.viewer.to_string(),
            version: incident.version.to_string(),
            title: incident.title.clone(),
            summary: incident.summary.clone(),
            severity: incident.severity.map_or("", |key| key.as_str()).to_owned(),
            services: services.clone(),
            visibility: incident.visibility.to_string(),
            people: people.clone(),
            others: String::new(),
            services_shown: services,
            people_shown: people,
        }
    }
}
