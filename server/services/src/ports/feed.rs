//! What has changed, for whoever follows it while it happens.

use async_trait::async_trait;
use domain::{Actor, IncidentNumber, Operation, TenantId, UserId, Visibility, may, may_see};

use super::StoreError;

/// Whom an incident is open to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// To the tenant, or to those it names.
    pub visibility: Visibility,
    /// Those it names; empty where it is open to the tenant, whoever they are.
    pub people: Vec<UserId>,
}

/// Who could see an incident until a change, and not after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lost {
    /// Nobody.
    #[default]
    Nobody,
    /// All of the tenant whom it does not name.
    Everybody,
    /// These people.
    People(Vec<UserId>),
}

/// An incident changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the tenant's feed. Counts up from 1 without gaps, in the order of commits.
    pub seq: u64,
    /// Which incident.
    pub number: IncidentNumber,
    /// The version it had then; a note leaves it as it was.
    pub version: u32,
    /// Who may see the incident now, or could when it was deleted.
    pub sight: Sight,
    /// Who could see it until this change.
    pub lost: Lost,
}

/// What there is after a place in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Everything, oldest first.
    Changes {
        /// The end of the feed, where it goes on.
        head: u64,
        /// Changes of incidents. What else is in the feed takes a place and is left out.
        changes: Vec<Change>,
    },
    /// It cannot be said: the place is too far back, no longer kept, or not of this feed.
    Reset {
        /// The end of the feed, where it goes on.
        head: u64,
    },
}

/// The change feed of each tenant. Changes older than 24 hours are not kept.
#[async_trait]
pub trait ChangeFeed: Send + Sync {
    /// The place of the last change; 0 where nothing has changed yet.
    async fn head(&self, tenant: TenantId) -> Result<u64, StoreError>;

    /// What came after the place `after`, if that is not more than `most` places.
    async fn heard(&self, tenant: TenantId, after: u64, most: u32) -> Result<Heard, StoreError>;

    /// Whom the incident with this number is open to, if there is one.
    async fn sight(&self, tenant: TenantId, number: IncidentNumber) -> Result<Option<Sight>, StoreError>;
}

impl Sight {
    /// Whether this person may see such an incident of this tenant.
    pub fn is_open_to(&self, actor: &Actor, tenant: TenantId) -> bool {
        may_see(actor, tenant, self.visibility, &self.people)
    }
}

impl Change {
    /// Whether this person, of the feed's tenant, may hear of it: those who may see the incident, and once more those who
    /// can do so no longer, so that it does not stay on their pages.
    pub fn may_be_heard_by(&self, actor: &Actor, tenant: TenantId) -> bool {
        self.sight.is_open_to(actor, tenant) || (tenant == actor.tenant && self.lost.includes(actor))
    }
}

impl Lost {
    fn includes(&self, actor: &Actor) -> bool {
        may(actor, Operation::Read)
            && match self {
                Self::Nobody => false,
                Self::Everybody => true,
                Self::People(people) => people.contains(&actor.id),
            }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Role, Roles};
    use uuid::Uuid;

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn person(id: u128, tenant: TenantId, role: Option<Role>) -> Actor {
        let roles: Roles = role.into_iter().collect();
        Actor { id: UserId(Uuid::from_u128(id)), tenant, name: String::new(), roles }
    }

    fn change(visibility: Visibility, people: &[u128], lost: Lost) -> Change {
        let people = people.iter().map(|id| UserId(Uuid::from_u128(*id))).collect();
        Change { seq: 1, number: IncidentNumber(1), version: 2, sight: Sight { visibility, people }, lost }
    }

    #[test]
    fn those_hear_who_may_see_and_once_those_who_could() {
        let restricted = |lost| change(Visibility::Restricted, &[7], lost);
        let gone = Lost::People(vec![UserId(Uuid::from_u128(8))]);
        let cases = [
            (change(Visibility::Tenant, &[], Lost::Nobody), [true, true, true, true]),
            (restricted(Lost::Nobody), [true, false, false, true]),
            (restricted(Lost::Everybody), [true, true, true, true]),
            (restricted(gone), [true, true, false, true]),
        ];
        for (change, expected) in cases {
            let heard = [(7, Role::Viewer), (8, Role::Responder), (9, Role::IncidentManager), (10, Role::Auditor)]
                .map(|(id, role)| change.may_be_heard_by(&person(id, TENANT, Some(role)), TENANT));
            assert_eq!(heard, expected, "{change:?}");
            let elsewhere = person(7, TenantId(Uuid::from_u128(2)), Some(Role::Admin));
            assert!(!change.may_be_heard_by(&elsewhere, TENANT), "{change:?}");
            assert!(!change.may_be_heard_by(&person(7, TENANT, None), TENANT), "{change:?}");
        }
    }
}
