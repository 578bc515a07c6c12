//! The groups of whoever has just signed in or been refreshed, and what counts of them for a session.

use moka::sync::Cache;
use time::OffsetDateTime;

use super::{
    Tokens,
    access::{AccessToken, TokenSource},
    cache::TokenCache,
    grant::Granted,
    partition::Partition,
    record::{Age, TokenRecord},
    scopes::Scopes,
};
use crate::{
    claims::Principal,
    groups::{GroupSource, KnownGroups},
    state::StateError,
};

/// So many sessions at a time.
const MOST: u64 = 10_000;

impl Tokens {
    /// Adds to the person of `granted`, the answer to a refresh, the roles of their groups.
    pub(super) async fn settle_groups(&self, granted: &mut Granted, record: &TokenRecord) -> Option<KnownGroups> {
        let now = self.cache.now();
        let token = token_for_groups(granted, record, now);
        let (source, claim) = (self.groups.as_ref()?, granted.groups.as_ref()?);
        let principal = granted.principal.as_mut()?;
        source.settle(principal, claim, token.as_ref(), record.groups.as_ref(), now).await
    }

    /// Adds to somebody who has just proved who they are the roles of their groups; what is known of those comes back.
    pub(crate) async fn with_groups(
        &self,
        principal: &mut Principal,
        granted: &Granted,
    ) -> Result<Option<KnownGroups>, StateError> {
        let (Some(source), Some(claim)) = (&self.groups, &granted.groups) else { return Ok(None) };
        let held = self.cache.read(&Partition::of(principal)).await?;
        let record = held.map(|held| held.record).unwrap_or_default();
        let now = self.cache.now();
        let token = token_for_groups(granted, &record, now);
        Ok(source.settle(principal, claim, token.as_ref(), record.groups.as_ref(), now).await)
    }
}

/// The token that an answer has brought, or one from before: the new one may be for another API.
fn token_for_groups(granted: &Granted, record: &TokenRecord, now: OffsetDateTime) -> Option<AccessToken> {
    let scopes = Scopes::new([GroupSource::scope()]).ok()?;
    let new = granted.access.as_ref().filter(|token| scopes.are_within(&token.granted));
    let token = new.or_else(|| record.find(None, &scopes, now).filter(|token| token.age(now) != Age::Expired))?;
    Some(AccessToken::new(token.clone(), TokenSource::Store))
}

/// The roles of somebody, and the groups that they have some of them by.
type Seen = (Vec<String>, Option<KnownGroups>);

/// Roles as the latest refresh left them, by session and epoch: whoever refreshes raises the epoch, so a copy counts until
/// there may be others. See `adr/0011-epochs.md`.
#[derive(Clone, Debug)]
pub(crate) struct CurrentRoles {
    copies: Cache<(String, u64), Option<Seen>>,
}

impl CurrentRoles {
    /// None where roles do not change within a session.
    pub(crate) fn new(source: Option<&GroupSource>) -> Option<Self> {
        source.map(|_| Self { copies: Cache::new(MOST) })
    }

    /// The roles of the person of a session; none if nothing newer is known than what the session says.
    pub(crate) async fn of(
        &self,
        cache: &TokenCache,
        principal: &Principal,
        handle: &str,
        epoch: u64,
    ) -> Result<Option<Vec<String>>, StateError> {
        let name = (handle.to_owned(), epoch);
        let copy = if let Some(copy) = self.copies.get(&name) {
            copy
        } else {
            let record = cache.read(&Partition::of(principal)).await?.map(|held| held.record);
            let seen = record.and_then(|record| Some((record.account?, record.groups)));
            let seen = seen.filter(|(account, _)| account.account == principal.account);
            let copy = seen.map(|(account, groups)| (account.roles, groups));
            self.copies.insert(name, copy.clone());
            copy
        };
        let now = cache.now();
        Ok(copy.map(|(roles, groups)| match groups.as_ref().and_then(|groups| groups.outlived(now)) {
            Some(own) => own.to_vec(),
            None => roles,
        }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use secrecy::ExposeSecret;
    use time::Duration;

    use super::*;
    use crate::tokens::tests::bench::{Bench, access, person_named};

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn graph_is_asked_with_a_token_for_it_that_lasts() {
        let mut record = TokenRecord::default();
        record.save(access("kept", GroupSource::scope(), Duration::HOUR));
        let found = |scope: &str, now| {
            let granted = Granted {
                access: Some(access("new", scope, Duration::HOUR)),
                refresh: None,
                principal: None,
                groups: None,
            };
            token_for_groups(&granted, &record, now).map(|token| token.secret().expose_secret().to_owned())
        };
        assert_eq!(found(GroupSource::scope(), NOW).as_deref(), Some("new"));
        assert_eq!(found("api://x/Read", NOW).as_deref(), Some("kept"), "the new one is for another API");
        assert_eq!(found("api://x/Read", NOW + Duration::HOUR), None, "it is over");
    }

    #[tokio::test(start_paused = true)]
    async fn each_session_has_the_roles_of_its_own_person() {
        let bench = Bench::new(1);
        let (replica, current) = (&bench.replicas[0], CurrentRoles { copies: Cache::new(MOST) });
        let with_role = |number, role: &str| Principal { roles: vec![role.to_owned()], ..person_named(number) };
        let write = async |number, account: Principal| {
            let change = |record: &mut TokenRecord| record.account = Some(account.clone());
            replica.tokens.amend(&person_named(number), change).await.unwrap();
        };
        write(1, with_role(1, "Admin")).await;
        write(2, with_role(2, "Viewer")).await;
        let roles = async |number, handle, epoch| {
            current.of(&replica.cache, &person_named(number), handle, epoch).await.unwrap()
        };
        assert_eq!(roles(1, "one", 1).await, Some(vec!["Admin".to_owned()]));
        assert_eq!(roles(2, "two", 1).await, Some(vec!["Viewer".to_owned()]));
        write(2, with_role(1, "Admin")).await;
        assert_eq!(roles(2, "two", 2).await, None, "those are of somebody else");
    }
}
