//! The one way in which sessions end before their time, whoever ends them.

use super::{SessionError, Sessions, info::SessionInfo};
use crate::events::RequestFacts;

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The person signed out in the browser that held it.
    SignedOut,
    /// The person signed in again in the browser that held it, which gets another session.
    Replaced,
    /// The authority's page told us in the browser (OpenID Connect Front-Channel Logout 1.0).
    FrontChannel,
    /// The authority told us directly (OpenID Connect Back-Channel Logout 1.0).
    BackChannel,
    /// Somebody ended it from elsewhere: [`crate::Identity::revoke_session`] and its kin.
    Revoked,
}

impl EndReason {
    /// Whether the browser that holds the session's cookie does not know about it.
    fn is_from_elsewhere(self) -> bool {
        match self {
            Self::FrontChannel | Self::BackChannel | Self::Revoked => true,
            Self::SignedOut | Self::Replaced => false,
        }
    }
}

/// A session that has just ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// What was known about it.
    pub session: SessionInfo,
    /// Why it ended.
    pub reason: EndReason,
}

impl Sessions {
    /// Ends the session behind `handle`; says whether there was one. Every end goes through here, so this is where whatever
    /// else belongs to a session goes with it.
    pub(crate) async fn close(
        &self,
        handle: &str,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<bool, SessionError> {
        let Some(session) = self.store.end(handle).await? else {
            return Ok(false);
        };
        if reason.is_from_elsewhere() {
            self.store.remember_end(&session).await;
        }
        self.events.session_ended(&EndedSession { session, reason }, facts).await;
        Ok(true)
    }
}
