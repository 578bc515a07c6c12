//! Sessions of the authority that are over. A sign-in may be on its way back from one of them: its code was given out before
//! the person signed out there, and what is to be ended does not exist yet.

use super::{SessionError, Sessions, ending::EndReason};
use crate::{claims::Principal, digest::hashed, events::RequestFacts, state::Expected, transaction};

impl Sessions {
    /// Ends all sessions that began in the session `sid` of the authority `issuer`, and keeps what is still on its way from
    /// beginning another, for as long as a sign-in may take.
    pub(crate) async fn end_sid(
        &self,
        issuer: &str,
        sid: &str,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<u64, SessionError> {
        // First the note, then the search. A sign-in does it the other way round, so of two that meet one sees the other.
        let until = self.store.now() + transaction::LIFETIME;
        let _ = self.store.state.put(&key(issuer, sid), b"", until, Expected::Any).await?;
        self.close_sid(issuer, sid, reason, facts).await
    }

    /// Whether the session of the authority that `principal` comes from has ended lately.
    pub(crate) async fn is_over(&self, principal: &Principal) -> Result<bool, SessionError> {
        let Some(sid) = &principal.sid else { return Ok(false) };
        Ok(self.store.state.get(&key(&principal.issuer, sid)).await?.is_some())
    }
}

fn key(issuer: &str, sid: &str) -> String {
    format!("ended-sid:{}", hashed(&[issuer.as_bytes(), sid.as_bytes()]))
}
