//! A session that is looked at again and again, by an answer that goes on for longer than a request.

use std::sync::Arc;

use http::Extensions;
use tower_sessions::{Session, session::Id};

use super::{SessionError, Sessions, active::ActiveSession, layer::Seen};
use crate::identity::Identity;

/// The session of a request, for as long as its answer goes on. Looking at it is no use of it: it does not keep it alive.
#[derive(Clone)]
pub struct FollowedSession {
    sessions: Sessions,
    id: Id,
}

/// How a followed session stands.
#[derive(Clone, Debug)]
pub enum Followed {
    /// It goes on, as it is now: with the roles of now, and the end that its last use gave it.
    Active(ActiveSession),
    /// It has run out, or was ended in its own browser.
    Ended,
    /// Somebody else has ended it.
    SignedOutElsewhere,
}

impl Identity {
    /// The session of a request inside [`Identity::layer`], by the request's extensions; `None` if nobody is signed in.
    #[must_use]
    pub fn follow(&self, request: &Extensions) -> Option<FollowedSession> {
        let id = request.get::<Session>()?.id()?;
        Some(FollowedSession { sessions: self.sessions().clone(), id })
    }
}

impl FollowedSession {
    /// Reads it once more.
    ///
    /// # Errors
    /// When shared state cannot be read: then nobody knows how it stands.
    pub async fn look(&self) -> Result<Followed, SessionError> {
        let session = Session::new(Some(self.id), Arc::new(self.sessions.store.clone()), None);
        Ok(match self.sessions.current(Some(&session), None).await? {
            Seen::Somebody(active) => Followed::Active(active),
            Seen::SignedOutElsewhere => Followed::SignedOutElsewhere,
            Seen::Nobody => Followed::Ended,
        })
    }
}

impl std::fmt::Debug for FollowedSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FollowedSession").finish_non_exhaustive()
    }
}
