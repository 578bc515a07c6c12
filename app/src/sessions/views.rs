//! What the server gives to the pages about sessions.

use domain::UserId;
use domain::view::{Page, PersonView, SessionView};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// The viewer's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsView {
    /// Whom it was made for; forms carry it back.
    pub viewer: UserId,
    /// This browser first, then the last used ones first.
    pub sessions: Vec<SessionView>,
    /// Why the form that was posted to this page was refused.
    pub refused: Option<AppError>,
}

/// Sessions of an organisation, or of one person of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminSessionsView {
    /// Whom it was made for; forms carry it back.
    pub viewer: UserId,
    /// The person whose they are, if only theirs were asked for.
    pub person: Option<PersonView>,
    /// The last used ones first.
    pub page: Page<SessionView>,
    /// Whether it is the first page.
    pub first: bool,
    /// How many the organisation has, if the address asks to sign everybody out.
    pub count: Option<u64>,
    /// Why the form that was posted to this page was refused.
    pub refused: Option<AppError>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How many sessions are over.
    pub count: u64,
    /// Whether the viewer's own is one of them.
    pub here: bool,
}

impl Ended {
    /// As a sentence.
    pub fn words(self) -> String {
        match self.count {
            0 => "Nothing to do: it was over already.".to_owned(),
            1 => "Done. 1 session was signed out.".to_owned(),
            n => format!("Done. {n} sessions were signed out."),
        }
    }
}
