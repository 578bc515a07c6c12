//! The one way in which sessions end before their time, whoever ends them.

use super::{SessionError, Sessions};
use crate::{claims::Principal, events::RequestFacts};

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
    /// Its stable name; see [`crate::ActiveSession::handle`].
    pub handle: String,
    /// Whose it was. Without username and login hint, which are known only to whoever has the cookie.
    pub principal: Principal,
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
        let Some(principal) = self.store.end(handle).await? else {
            return Ok(false);
        };
        if reason.is_from_elsewhere() {
            self.store.remember_end(handle).await;
        }
        self.forget_tokens(&principal).await;
        let ended = EndedSession { handle: handle.to_owned(), principal, reason };
        self.events.session_ended(&ended, facts).await;
        Ok(true)
    }

    /// The tokens go with the person's last session: signing out does not take them back at the authority ("Single sign-out
    /// SAML and OpenID Connect", Microsoft identity platform), so they must not be left lying about.
    async fn forget_tokens(&self, principal: &Principal) {
        if let Err(error) = self.tokens.forget(principal, &self.store).await {
            // The session is over all the same, and nobody gets at them without one.
            tracing::warn!(%error, "the tokens of an ended session stay until they expire");
        }
    }
}
