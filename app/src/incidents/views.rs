//! What the server gives to the pages about incidents: the views of the domain, made ready to be drawn, and nothing
//! that is not drawn.

use domain::Timestamp;
use domain::view::{Choices, IncidentDetail, IncidentSummary, Page, SeverityView};
use serde::{Deserialize, Serialize};

use crate::conflict::Change;
use crate::forms::FormReply;

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    /// The rows.
    pub page: Page<IncidentSummary>,
    /// Whether the viewer may declare an incident.
    pub may_declare: bool,
}

/// What sort of thing a line of a timeline is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// Where it came from.
    Start,
    /// It moved on.
    Status,
    /// It was edited.
    Field,
    /// Somebody wrote.
    Note,
}

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Counts up from 1 within the incident.
    pub seq: u32,
    /// The sign beside it.
    pub mark: Mark,
    /// Who did what, when.
    pub change: Change,
    /// When Muster learned of it, if that was another time.
    pub recorded_at: Option<Timestamp>,
    /// The note or the reason as safe HTML; may be empty.
    pub html: String,
}

/// A page of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineView {
    /// In the order asked for.
    pub lines: Vec<Line>,
    /// Asks for the page after this one.
    pub next: Option<String>,
    /// Which end comes first.
    pub newest_first: bool,
    /// Whether this is the first page.
    pub first: bool,
}

/// One incident with everything its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentView {
    /// Its summary is in `summary` instead.
    pub incident: IncidentDetail,
    /// The summary as safe HTML; empty if there is none.
    pub summary: String,
    /// What happened.
    pub timeline: TimelineView,
    /// The severities to choose from, if a step needs one.
    pub severities: Vec<SeverityView>,
    /// Makes a note one note, however often it is sent. Empty for those who may not write.
    pub note_key: String,
    /// A form that was posted to this page and refused.
    pub reply: Option<FormReply>,
}

/// What the form for declaring needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclareView {
    /// What there is to choose from.
    pub choices: Choices,
    /// Whether colleagues can be looked for who have not used Muster.
    pub colleagues: bool,
    /// Makes a declaration one incident, however often it is sent.
    pub key: String,
    /// The form as it was refused.
    pub reply: Option<FormReply>,
}

/// What the form for editing needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditView {
    /// As it is now.
    pub incident: IncidentDetail,
    /// What there is to choose from.
    pub choices: Choices,
    /// Whether colleagues can be looked for who have not used Muster.
    pub colleagues: bool,
    /// The form as it was refused.
    pub reply: Option<FormReply>,
}
