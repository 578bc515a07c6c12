//! What may leave the server. Each view is made for one person: what they may not see is not in it.

mod operators;

use serde::{Deserialize, Serialize};

use crate::{
    Action, Entry, IncidentNumber, Interaction, Kind, Milestones, ServiceId, SeverityKey, Source, Status, TenantId,
    Timestamp, UserId, Visibility,
};

pub use operators::{QuotaView, SignInView, UsedView};

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSummary {
    /// What people call it.
    pub number: IncidentNumber,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How bad it is.
    pub severity: Option<SeverityKey>,
    /// What sort it is.
    pub kind: Kind,
    /// Who may see it.
    pub visibility: Visibility,
    /// Names of the services it affects, in alphabetical order.
    pub services: Vec<String>,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When harm began, if known.
    pub impact_started_at: Option<Timestamp>,
    /// When it was last changed or written about.
    pub updated_at: Timestamp,
    /// Its version.
    pub version: u32,
}

/// A page of something, in the order asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Opaque; asks for the page after this one. None on the last page.
    pub next: Option<String>,
}

/// A person, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Identifies the person.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// A service, as a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceView {
    /// Identifies the service.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
}

/// A severity, as a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityView {
    /// Its place on the scale.
    pub key: SeverityKey,
    /// The tenant's word for it.
    pub name: String,
}

/// A step the viewer may take now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionView {
    /// The step.
    pub action: Action,
    /// Whether a reason must come with it.
    pub needs_reason: bool,
    /// Whether a severity must come with it.
    pub needs_severity: bool,
}

/// One incident, for one viewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentDetail {
    /// Whom this view was made for. Forms carry it back, so that a page left open never writes as somebody else.
    pub viewer: UserId,
    /// What people call it.
    pub number: IncidentNumber,
    /// One line.
    pub title: String,
    /// Markdown.
    pub summary: String,
    /// Where it stands.
    pub status: Status,
    /// How bad it is.
    pub severity: Option<SeverityKey>,
    /// What sort it is.
    pub kind: Kind,
    /// Who may see it.
    pub visibility: Visibility,
    /// The people it is open to, if restricted.
    pub people: Vec<PersonView>,
    /// What it affects.
    pub services: Vec<ServiceView>,
    /// How it came to Muster.
    pub source: Source,
    /// When what happened.
    pub times: Milestones,
    /// How often it came back.
    pub reopen_count: u32,
    /// Send it back with every change.
    pub version: u32,
    /// Name of who declared it; empty where a machine did.
    pub declared_by: String,
    /// When it was last changed or written about.
    pub updated_at: Timestamp,
    /// The steps the viewer may take now.
    pub actions: Vec<ActionView>,
    /// Whether the viewer may write notes.
    pub may_note: bool,
    /// Whether the viewer may edit.
    pub may_edit: bool,
    /// Whether the viewer may say who sees it.
    pub may_restrict: bool,
}

/// One row of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    /// Counts up from 1 within the incident, without gaps.
    pub seq: u32,
    /// What happened.
    pub entry: Entry,
}

/// What a form for declaring or editing offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Whom the form is for; it carries this back.
    pub viewer: UserId,
    /// Worst first.
    pub severities: Vec<SeverityView>,
    /// In alphabetical order.
    pub services: Vec<ServiceView>,
    /// People who have signed in or been named, in alphabetical order; empty for those who may not restrict.
    pub people: Vec<PersonView>,
    /// Whether there are more people than these; they are named by typing their names.
    pub more_people: bool,
}

/// What somebody else changed while the viewer was looking at an older version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictView {
    /// The incident.
    pub number: IncidentNumber,
    /// The version it has now.
    pub current: u32,
    /// The changes since the version the viewer had, oldest first.
    pub changes: Vec<Entry>,
}

/// Somebody who can be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Theirs, whether they have signed in yet or not.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// What they do, where it is known.
    pub job_title: Option<String>,
    /// What the organisation's directory knows them by, if Muster does not know them yet.
    pub subject: Option<String>,
}

/// Who was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidatesView {
    /// Those who are known first.
    pub people: Vec<Candidate>,
    /// Whether there may be more.
    pub beyond: Beyond,
}

/// What came of asking the organisation's directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beyond {
    /// It was asked, or there was no need to.
    Searched,
    /// There is none.
    NoDirectory,
    /// Whoever asks has to do something first where their account is kept, such as allowing it.
    Asked {
        /// What.
        step: Interaction,
        /// The address for it.
        way: String,
    },
    /// It does not answer.
    Unavailable,
}

/// What an organisation's directory says about whoever is looking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// What they do.
    pub job_title: Option<String>,
    /// Where they do it.
    pub department: Option<String>,
}

/// Who is looking, for the frame of every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Theirs.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their organisation's name.
    pub tenant: String,
    /// Whether they may see incidents at all.
    pub may_read: bool,
    /// Whether they may declare one.
    pub may_declare: bool,
    /// Whether they may see and end the sessions of colleagues.
    pub may_manage_sessions: bool,
}

/// One session, as people tell theirs apart. Nothing in it signs anybody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its name, for asking to end it. Safe to show: the session cannot be used with it.
    pub handle: String,
    /// Whose it is.
    pub person: PersonView,
    /// Browser and system in words.
    pub device: String,
    /// Where from, in words.
    pub place: String,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// Its last noted use.
    pub seen_at: Timestamp,
    /// When it ends if nobody uses it.
    pub ends_at: Timestamp,
    /// Whether it is the one of the browser that asked.
    pub current: bool,
}

/// One of the organisations in which a person has been seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationView {
    /// Its tenant id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Whether it is the one the person is signed in to.
    pub current: bool,
}
