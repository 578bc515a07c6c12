//! The epoch of a session is the version of its record: whoever has read the session knows it, and whoever writes the record
//! raises it. See `adr/0011-epochs.md`.

use futures::{StreamExt, TryStreamExt, stream};

use super::{Store, index, inventory::AT_ONCE, metadata::Found, store::key};
use crate::{
    claims::AccountId,
    state::{Expected, Member, StateError},
};

/// How many sessions are looked up between two looks at the set.
const BATCH: u32 = 100;

impl Store {
    /// Raises the epoch of every session of `account`, by writing what is there once more: what the processes have copied for
    /// them counts no longer.
    pub(crate) async fn raise_epoch(&self, account: &AccountId) -> Result<(), StateError> {
        let set = index::of_account(account);
        let mut after: Option<Member> = None;
        loop {
            let members = self.state.members(&set, after.as_ref(), BATCH).await?;
            let Some(last) = members.last() else {
                return Ok(());
            };
            after = Some(last.clone());
            stream::iter(members)
                .map(async |member: Member| self.rewrite_as_it_is(&member.name).await)
                .buffer_unordered(AT_ONCE)
                .try_collect::<()>()
                .await?;
        }
    }

    /// Whether `account` has a session that can be used. One that is just coming to life does not count: its tokens come after
    /// it does.
    pub(crate) async fn has_sessions(&self, account: &AccountId) -> Result<bool, StateError> {
        let set = index::of_account(account);
        let mut after: Option<Member> = None;
        loop {
            let members = self.state.members(&set, after.as_ref(), BATCH).await?;
            let Some(last) = members.last() else {
                return Ok(false);
            };
            after = Some(last.clone());
            for member in members {
                if matches!(self.look_up(&member.name).await?, Found::Live(_)) {
                    return Ok(true);
                }
            }
        }
    }

    async fn rewrite_as_it_is(&self, handle: &str) -> Result<(), StateError> {
        let key = key(handle);
        let Some(found) = self.state.get(&key).await? else {
            return Ok(());
        };
        // A conflict is as good: somebody has written it, or it is over.
        let expected = Expected::Version(found.version);
        let _ = self.state.put(&key, &found.value, found.expires_at, expected).await?;
        Ok(())
    }
}
