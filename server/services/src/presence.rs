//! Who else is at an incident.
//!
//! A page says every 20 seconds that its reader is still there; 60 seconds after the last word they are not. A person is in
//! one way at an incident, however many windows they have: what the last word said counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::live::{Presence, Present};
use domain::{DomainError, IncidentNumber, Operation, UserId, allowed};

use crate::audit::Caller;
use crate::ports::{Attendance, Bell, ChangeFeed, DirectoryStore, Gatherings};
use crate::{Clock, ServiceError};

/// How long somebody counts as present after the last word, in seconds.
const SECONDS_PRESENT: i64 = 60;
/// People who are shown by name.
const SHOWN: usize = 20;
/// Entries that are read at most: beyond that the count is a lower bound.
const READ: u32 = 500;

/// Who is at which incident. Cheap to clone.
#[derive(Clone)]
pub struct PresenceService {
    feed: Arc<dyn ChangeFeed>,
    directory: Arc<dyn DirectoryStore>,
    gatherings: Arc<dyn Gatherings>,
    bell: Arc<dyn Bell>,
    clock: Arc<dyn Clock>,
}

impl PresenceService {
    /// Over these ports.
    pub fn new(
        feed: Arc<dyn ChangeFeed>,
        directory: Arc<dyn DirectoryStore>,
        gatherings: Arc<dyn Gatherings>,
        bell: Arc<dyn Bell>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { feed, directory, gatherings, bell, clock }
    }

    /// Notes that the caller is at the incident, and says who else is. A refusal is not audited: pages ask by themselves.
    ///
    /// # Errors
    /// Forbidden without a role; not found if the incident is not in sight; unavailable or internal if a store fails.
    pub async fn arrive(
        &self,
        caller: &Caller,
        number: IncidentNumber,
        editing: bool,
    ) -> Result<Presence, ServiceError> {
        let before = self.there(caller, number).await?;
        let tenant = caller.actor.tenant;
        let me = Attendance { person: caller.actor.id, editing };
        let other = Attendance { editing: !editing, ..me };
        self.gatherings.arrive(tenant, number, me, self.clock.now().plus_seconds(SECONDS_PRESENT)).await?;
        let changes = before.contains(&other);
        if changes {
            self.gatherings.leave(tenant, number, other).await?;
        }
        if changes || !before.contains(&me) {
            self.bell.gathered(tenant, number);
        }
        self.named(caller, &before).await
    }

    /// Notes that the caller has left.
    ///
    /// # Errors
    /// As [`PresenceService::arrive`].
    pub async fn leave(&self, caller: &Caller, number: IncidentNumber) -> Result<(), ServiceError> {
        let before = self.there(caller, number).await?;
        let mine = || before.iter().filter(|one| one.person == caller.actor.id);
        for me in mine() {
            self.gatherings.leave(caller.actor.tenant, number, *me).await?;
        }
        if mine().next().is_some() {
            self.bell.gathered(caller.actor.tenant, number);
        }
        Ok(())
    }

    /// Everybody at an incident that the caller may see.
    async fn there(&self, caller: &Caller, number: IncidentNumber) -> Result<Vec<Attendance>, ServiceError> {
        allowed(&caller.actor, Operation::Read)?;
        let tenant = caller.actor.tenant;
        let sight = self.feed.sight(tenant, number).await?;
        if !sight.is_some_and(|sight| sight.is_open_to(&caller.actor, tenant)) {
            return Err(DomainError::NotFound.into());
        }
        Ok(self.gatherings.at(tenant, number, READ).await?)
    }

    /// The others, by name.
    async fn named(&self, caller: &Caller, there: &[Attendance]) -> Result<Presence, ServiceError> {
        let mut others: BTreeMap<UserId, bool> = BTreeMap::new();
        for one in there.iter().filter(|one| one.person != caller.actor.id) {
            *others.entry(one.person).or_default() |= one.editing;
        }
        if others.is_empty() {
            return Ok(Presence::default());
        }
        let ids: Vec<UserId> = others.keys().copied().take(SHOWN).collect();
        let more = u32::try_from(others.len() - ids.len()).unwrap_or(u32::MAX);
        let mut people: Vec<Present> = self
            .directory
            .names(caller.actor.tenant, &ids)
            .await?
            .into_iter()
            .map(|person| Present { editing: others.get(&person.id).copied().unwrap_or_default(), person })
            .collect();
        people.sort_by(|one, other| one.person.name.cmp(&other.person.name));
        Ok(Presence { people, more })
    }
}
