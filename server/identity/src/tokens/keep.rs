//! What a sign-in brings.

use super::{Tokens, cache::CacheError, cache::Held, grant::Granted, partition::Partition};
use crate::{
    claims::Principal,
    state::{Expected, PutOutcome, StateError},
};

/// Refreshes of the same person may come between. That often in a row they do not.
const ATTEMPTS: usize = 8;

impl Tokens {
    /// Keeps the tokens of somebody who has just signed in. They replace what was kept before, and leave what is for other
    /// resources.
    pub(crate) async fn keep(&self, principal: &Principal, granted: &Granted) -> Result<(), CacheError> {
        let owner = Partition::of(principal);
        for _ in 0..ATTEMPTS {
            let held = self.cache.read(&owner).await?;
            let expected = held.as_ref().map_or(Expected::Absent, |held| Expected::Version(held.version));
            let mut record = held.map(|Held { record, .. }| record).unwrap_or_default();
            if granted.refresh.is_some() {
                record.refresh.clone_from(&granted.refresh);
            }
            if let Some(access) = granted.access.clone() {
                record.save(access);
            }
            record.account = Some(principal.clone());
            record.forget_waits();
            if let PutOutcome::Stored(_) = self.cache.write(&owner, &record, expected).await? {
                self.sessions.raise_epoch(&principal.account).await?;
                return Ok(());
            }
        }
        Err(StateError::Unavailable { reason: "the tokens were changed again and again".to_owned() }.into())
    }
}
