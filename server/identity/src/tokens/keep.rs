//! What a sign-in brings, and whatever else changes the record of a person from outside.

use super::{Tokens, cache::CacheError, cache::Held, grant::Granted, partition::Partition, record::TokenRecord};
use crate::{
    claims::{AccountId, Principal},
    groups::KnownGroups,
    state::{Expected, PutOutcome, StateError},
};

/// Refreshes of the same person may come between. That often in a row they do not.
const ATTEMPTS: usize = 8;

impl Tokens {
    /// Keeps the tokens of somebody who has just signed in. They replace what was kept before, and leave what is for other
    /// resources.
    pub(crate) async fn keep(
        &self,
        principal: &Principal,
        granted: &Granted,
        groups: Option<&KnownGroups>,
    ) -> Result<(), CacheError> {
        let taken = |record: &mut TokenRecord| {
            if granted.refresh.is_some() {
                record.refresh.clone_from(&granted.refresh);
            }
            if let Some(access) = granted.access.clone() {
                record.save(access);
            }
            record.account = Some(principal.clone());
            record.groups = groups.cloned();
            record.settle_all();
        };
        self.amend(principal, taken).await
    }

    /// Changes the record of a person, or begins one. The change is made again to what is there if somebody has written
    /// meanwhile, so that nobody's tokens are lost.
    pub(crate) async fn amend<T>(
        &self,
        principal: &Principal,
        change: impl Fn(&mut TokenRecord) -> T,
    ) -> Result<T, CacheError> {
        let owner = Partition::of(principal);
        for _ in 0..ATTEMPTS {
            let held = self.cache.read(&owner).await?;
            let expected = held.as_ref().map_or(Expected::Absent, |held| Expected::Version(held.version));
            let mut record = held.map(|Held { record, .. }| record).unwrap_or_default();
            let changed = change(&mut record);
            if let PutOutcome::Stored(_) = self.cache.write(&owner, &record, expected).await? {
                self.outdate_copies(&principal.account).await;
                return Ok(changed);
            }
        }
        Err(StateError::Unavailable { reason: "the tokens were changed again and again".to_owned() }.into())
    }

    /// What the processes have copied of a person's tokens is of yesterday now. The tokens themselves are written already, so
    /// a failure costs no more than that.
    pub(super) async fn outdate_copies(&self, account: &AccountId) {
        if let Err(error) = self.sessions.raise_epoch(account).await {
            tracing::warn!(%error, "other replicas may use the token from before until it ends");
        }
    }

    /// The record of a person, if there is one.
    pub(crate) async fn record_of(&self, principal: &Principal) -> Result<Option<TokenRecord>, StateError> {
        Ok(self.cache.read(&Partition::of(principal)).await?.map(|held| held.record))
    }
}
