//! Sessions of the authority that are over. A sign-in may be on its way back from one of them: its code was given out before
//! the person signed out there, and what is to be ended does not exist yet. So a note is left for it, with the time: an
//! authority may keep its session and its `sid` all the same, and a sign-in that begins later is none of the note's business.

use time::OffsetDateTime;

use super::{SessionError, Sessions, ending::EndReason};
use crate::{
    claims::{AccountId, Principal},
    digest::hashed,
    events::RequestFacts,
    state::Expected,
    transaction,
};

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
        self.note(&of_sid(issuer, sid)).await?;
        self.close_sid(issuer, sid, reason, facts).await
    }

    /// The same for all sessions of `account`.
    pub(crate) async fn end_account(
        &self,
        account: &AccountId,
        reason: EndReason,
        facts: &RequestFacts,
    ) -> Result<u64, SessionError> {
        self.note(&of_account(account)).await?;
        self.close_account(account, None, reason, facts).await
    }

    /// First the note, then the search. A sign-in does it the other way round, so of two that meet one sees the other.
    async fn note(&self, key: &str) -> Result<(), SessionError> {
        let now = self.store.now();
        let seconds = now.unix_timestamp().to_string();
        let _ = self.store.state.put(key, seconds.as_bytes(), now + transaction::LIFETIME, Expected::Any).await?;
        Ok(())
    }

    /// Whether `principal` has signed out at the authority since the sign-in of `began`, or in the same second.
    pub(crate) async fn is_over(&self, principal: &Principal, began: OffsetDateTime) -> Result<bool, SessionError> {
        let sid = principal.sid.as_ref().map(|sid| of_sid(&principal.issuer, sid));
        for key in sid.into_iter().chain([of_account(&principal.account)]) {
            let note = self.store.state.get(&key).await?;
            if note.is_some_and(|note| began.unix_timestamp() <= seconds(&note.value)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What cannot be read holds for everybody, until its time is over.
fn seconds(note: &[u8]) -> i64 {
    std::str::from_utf8(note).ok().and_then(|text| text.parse().ok()).unwrap_or(i64::MAX)
}

fn of_sid(issuer: &str, sid: &str) -> String {
    format!("ended-sid:{}", hashed(&[issuer.as_bytes(), sid.as_bytes()]))
}

fn of_account(account: &AccountId) -> String {
    format!("ended-account:{}", hashed(&[account.home.as_bytes()]))
}
