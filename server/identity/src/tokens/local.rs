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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::tokens::{
        Scopes,
        tests::bench::{access, authority},
    };

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn ask(scopes: &str) -> TokenRequest {
        TokenRequest::new(scopes.parse::<Scopes>().unwrap())
    }

    #[test]
    fn a_copy_is_for_one_state_of_one_session_and_one_request() {
        let (cache, request) = (LocalCache::new(), ask("User.Read"));
        let holder = |name: &str, epoch| Holder { name: name.to_owned(), epoch };
        let token = access("secret", "User.Read", Duration::HOUR);
        cache.put(holder("one", 1), &request, AccessToken::new(token, TokenSource::Store));
        assert!(cache.get(&holder("one", 1), &request, NOW).is_some());
        assert!(cache.get(&holder("two", 1), &request, NOW).is_none());
        assert!(cache.get(&holder("one", 2), &request, NOW).is_none());
        assert!(cache.get(&holder("one", 1), &ask("Mail.Read"), NOW).is_none());
        assert!(cache.get(&holder("one", 1), &request.clone().at_tenant(Uuid::nil()), NOW).is_none());
        let earlier = NOW - Duration::SECOND;
        assert!(cache.get(&holder("one", 1), &request, earlier).is_none(), "the clock was set back");
    }

    #[test]
    fn a_renewal_holds_up_the_next_of_the_same_only() {
        let cache = LocalCache::new();
        let owner = |client: &str| Owner::application(client, Uuid::nil(), &authority());
        assert!(cache.may_renew(&owner("one"), &ask("User.Read"), NOW));
        assert!(!cache.may_renew(&owner("one"), &ask("User.Read"), NOW));
        assert!(cache.may_renew(&owner("two"), &ask("User.Read"), NOW));
        assert!(cache.may_renew(&owner("one"), &ask("Mail.Read"), NOW));
        let earlier = NOW - Duration::SECOND;
        assert!(cache.may_renew(&owner("one"), &ask("User.Read"), earlier), "the clock was set back");
    }
}
