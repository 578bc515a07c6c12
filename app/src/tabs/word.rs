//! What tabs say to each other.

use domain::{SessionStatus, UserId};
use serde::{Deserialize, Serialize};

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// Somebody looks at the tab `asks` and would like to know how things stand.
    WhoLeads {
        /// The tab.
        asks: String,
        /// For whom it was drawn.
        viewer: UserId,
    },
    /// The tab `to` may have the lead: nobody looks at the one that has it.
    Lead {
        /// The tab.
        to: String,
    },
    /// How the session stands, and when that was heard, in milliseconds since 1970.
    Status {
        /// The server's answer.
        status: Box<SessionStatus>,
        /// By the clock that all tabs share.
        at: f64,
    },
    /// Who is signed in at the authority.
    There(There),
    /// Whoever leads is to ask now: something has happened to the session.
    Ask,
    /// Something was heard on the stream of changes.
    Live {
        /// Its place there; none for what is not repeated.
        id: Option<String>,
        /// What it was.
        news: News,
    },
}

/// Who is signed in at the authority, in this browser, beside whoever is signed in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum There {
    /// The same person, as far as is known.
    Same,
    /// Nobody.
    Nobody,
    /// The same person, who is asked for more there.
    AskedForMore,
    /// Somebody else.
    Other,
}

/// What the stream of changes brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// These incidents are not what they were.
    Changed(Vec<domain::live::Changed>),
    /// Anything may have changed.
    Reset,
    /// Other people than before are at this incident.
    Gathered(domain::live::Gathered),
    /// Whether the stream is open.
    Open(bool),
}

impl Word {
    pub fn to_text(&self) -> String {
        // Nothing in a word can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// None for what a tab of another release says.
    pub fn of_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_understood_and_one_of_another_release_is_passed_over() {
        let live = Word::Live { id: None, news: News::Open(true) };
        for word in [Word::Ask, Word::Lead { to: "a".to_owned() }, live] {
            assert_eq!(Word::of_text(&word.to_text()), Some(word));
        }
        assert_eq!(Word::of_text(r#"{"sing":1}"#), None);
    }
}
