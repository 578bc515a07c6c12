//! What a browser hears while a page is open: that something is other than it was, never what.

use serde::{Deserialize, Serialize};

use crate::IncidentNumber;
use crate::view::PersonView;

/// The names of the events of the stream (WHATWG HTML, section 9.2).
pub mod event {
    /// The stream goes on from here: everything up to its id has been told, or was there before the stream was asked for. No
    /// content.
    pub const OPENED: &str = "opened";
    /// A [`super::Changed`], whose id is its place in the change feed.
    pub const CHANGED: &str = "changed";
    /// More has changed than can be told: look at everything again. Its id is where the stream goes on.
    pub const RESET: &str = "reset";
    /// A [`super::Gathered`]; has no id, because it is not repeated.
    pub const GATHERED: &str = "gathered";
    /// The session has come to its end, and the stream with it: a [`crate::SessionState`].
    pub const SESSION: &str = "session";
}

/// An incident is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Which.
    pub number: IncidentNumber,
    /// The version it has. A note leaves it as it was.
    pub version: u32,
}

/// Other people than before are at an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    /// Which.
    pub number: IncidentNumber,
}

/// Somebody who is at an incident just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Who.
    pub person: PersonView,
    /// Whether they are changing it.
    pub editing: bool,
}

/// Who else is at an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// At most 20 of them, in order of name.
    pub people: Vec<Present>,
    /// How many more there are.
    pub more: u32,
}
