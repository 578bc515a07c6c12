//! The query part of the address of everybody's sessions.

use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// What the address asks for, word by word; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsAddress {
    /// The id of a person: theirs alone.
    pub person: String,
    /// Asks for the page after another one.
    pub after: String,
    /// `everyone`: asks before everybody is signed out.
    pub ask: String,
}

impl SessionsAddress {
    /// Out of the address of a page.
    pub fn of(query: &ParamsMap) -> Self {
        let word = |name: &str| query.get(name).unwrap_or_default();
        Self { person: word("person"), after: word("after"), ask: word("ask") }
    }
}
