//! What a sign-out takes along.

use super::{
    cache::{CacheError, TokenCache},
    partition::Partition,
};
use crate::{
    claims::Principal,
    session::Store,
    state::{PutOutcome, StateError},
};

/// Somebody may sign in, or refresh, meanwhile. That often in a row nobody does.
const ATTEMPTS: usize = 8;

impl TokenCache {
    /// Removes the tokens of somebody who has no session left. It looks for sessions after it has read what it is about to
    /// remove, and removes nothing else: whoever signs in meanwhile keeps what they have just got.
    pub(crate) async fn forget(&self, principal: &Principal, sessions: &Store) -> Result<(), CacheError> {
        let owner = &Partition::of(principal);
        for _ in 0..ATTEMPTS {
            let Some(held) = self.read(owner).await? else {
                return Ok(());
            };
            if sessions.has_sessions(&principal.account).await? {
                return Ok(());
            }
            if let PutOutcome::Stored(_) = self.empty(owner, held.version).await? {
                return Ok(());
            }
        }
        Err(StateError::Unavailable { reason: "the tokens were changed again and again".to_owned() }.into())
    }
}
