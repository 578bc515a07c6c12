//! Tokens in the memory of this process, in front of shared state. A copy counts for one state of one session: the session
//! is read anew for each request, and whatever ends or renews its tokens changes its version. See `adr/0011-epochs.md`.

use moka::sync::Cache;
use time::{Duration, OffsetDateTime};

use super::{
    access::{AccessToken, TokenSource},
    owner::Owner,
    record::Age,
    request::TokenRequest,
};

/// So many copies at most, of some two kilobytes each.
const MOST: u64 = 10_000;
/// A token is renewed ahead of time at most this often by one process, however often it is used meanwhile.
const RENEWAL: Duration = Duration::seconds(30);

/// Whose copy, and as of when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Holder {
    /// The session's handle, or the owner's name where there is no session.
    pub(crate) name: String,
    /// The version of the session; 0 where there is none.
    pub(crate) epoch: u64,
}

/// The copies.
#[derive(Debug)]
pub(super) struct LocalCache {
    copies: Cache<(Holder, String), AccessToken>,
    renewals: Cache<(String, String), OffsetDateTime>,
}

impl LocalCache {
    pub(super) fn new() -> Self {
        Self { copies: Cache::new(MOST), renewals: Cache::new(MOST) }
    }

    /// The copy, while it has not begun to expire.
    pub(super) fn get(
        &self,
        holder: &Holder,
        request: &TokenRequest,
        now: OffsetDateTime,
    ) -> Option<(AccessToken, Age)> {
        let copy = self.copies.get(&(holder.clone(), request.thumbprint()))?;
        let usable = copy.cached().cached_at <= now;
        let age = copy.cached().age(now);
        (usable && matches!(age, Age::Fresh | Age::DueForRefresh)).then(|| (copy.from(TokenSource::Memory), age))
    }

    /// Whether nobody in this process has set out to renew this just now.
    pub(super) fn may_renew(&self, owner: &Owner, request: &TokenRequest, now: OffsetDateTime) -> bool {
        let place = (owner.partition.key.clone(), request.thumbprint());
        let may = self.renewals.get(&place).is_none_or(|last| now - last >= RENEWAL || now < last);
        if may {
            self.renewals.insert(place, now);
        }
        may
    }

    pub(super) fn put(&self, holder: Holder, request: &TokenRequest, token: AccessToken) {
        self.copies.insert((holder, request.thumbprint()), token);
    }
}
