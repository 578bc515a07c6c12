//! What a browser is told about its session: the contract of the poll.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// The answer to one poll. The server says when it wants to be asked again, so it governs the pace of all browsers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStatus {
    /// How things stand.
    pub state: SessionState,
    /// The server's clock as it answered: browsers' clocks are wrong, differences are not.
    pub now: Timestamp,
    /// Whole seconds until it makes sense to ask again.
    pub ask_in: u32,
    /// Whose session it is, while there is one. Another one than before is another person.
    pub person: Option<UserId>,
    /// When it ends, while there is one.
    pub ends: Option<SessionEnds>,
    /// Whether the browser may ask the authority, in a hidden frame, if the person is still signed in there: it is switched on
    /// and there is budget for it.
    pub silent_check: bool,
}

/// When a session and what hangs on it come to their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnds {
    /// If nobody uses it.
    pub idle: Timestamp,
    /// However it is used.
    pub absolute: Timestamp,
    /// The access token that Muster has in the person's name; none if none was asked for yet. A new one is fetched when it is
    /// needed, so this asks nothing of anybody.
    pub token: Option<Timestamp>,
}

impl SessionEnds {
    /// When the session ends if nothing happens from now on.
    #[must_use]
    pub fn next(&self) -> Timestamp {
        self.idle.min(self.absolute)
    }
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Signed in.
    Active,
    /// Signed in, and the authority asks the person for more before Muster can act in their name.
    InteractionRequired(Interaction),
    /// Nobody is signed in: the session ran out, or there never was one.
    Ended,
    /// Somebody ended it elsewhere: the person themselves, an administrator, or the authority.
    SignedOutElsewhere,
}

/// What the authority asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interaction {
    /// To sign in once more.
    SignIn,
    /// To prove who they are by a second factor.
    MultiFactor,
    /// To agree to what Muster may do for them.
    Consent,
    /// To change their password first.
    Password,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn it_ends_at_whichever_comes_first() {
        let at = |seconds| Timestamp::EPOCH.plus_seconds(seconds);
        let ends = |idle, absolute| SessionEnds { idle: at(idle), absolute: at(absolute), token: None }.next();
        assert_eq!((ends(1, 2), ends(2, 1)), (at(1), at(1)));
    }

    #[test]
    fn it_reads_as_a_browser_is_sent_it() {
        let json = r#"{"state":{"interaction_required":"multi_factor"},"now":"1970-01-01T00:00:00Z","ask_in":60,
            "person":null,"ends":null,"silent_check":false}"#;
        let status: SessionStatus = serde_json::from_str(json).unwrap();
        assert_eq!(status.state, SessionState::InteractionRequired(Interaction::MultiFactor));
    }
}
