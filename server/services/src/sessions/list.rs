//! Seeing where people are signed in.

use std::cmp::Reverse;

use domain::view::{Page, PersonView, SessionView};
use domain::{Invalid, UserId};

use super::{BATCH, LIST, LiveSession, SessionService, device::device, place::place};
use crate::ServiceError;
use crate::audit::Caller;
use crate::ports::Person;

/// Where one person is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSessions {
    /// Who.
    pub person: PersonView,
    /// The browser that asks first, then the last used ones first.
    pub sessions: Vec<SessionView>,
}

impl SessionService {
    /// Where the caller is signed in.
    ///
    /// # Errors
    /// Unavailable or internal if sessions or records cannot be read.
    pub async fn own(&self, caller: &Caller) -> Result<PersonSessions, ServiceError> {
        self.of_person(caller, caller.actor.id).await
    }

    /// Where a person of the caller's tenant is signed in there. A look at somebody else's is audited.
    ///
    /// # Errors
    /// Forbidden for another person's without the role, and audited; not found if there is no such person; unavailable or
    /// internal if sessions or records cannot be read.
    pub async fn of_person(&self, caller: &Caller, whose: UserId) -> Result<PersonSessions, ServiceError> {
        self.allow(caller, whose, LIST).await?;
        let person = self.person(caller, whose).await?;
        let mut sessions: Vec<_> = self.all_of(&person).await?.into_iter().map(|one| view(one, caller)).collect();
        sessions.sort_by_key(|session| (!session.current, Reverse(session.seen_at)));
        if whose != caller.actor.id {
            self.audit.append(&self.line(caller, LIST, format!("user:{whose}"))).await?;
        }
        Ok(PersonSessions { person: PersonView { id: person.id, name: person.name }, sessions })
    }

    /// Whether the caller may see everybody's in their tenant.
    ///
    /// # Errors
    /// Forbidden without the role, and audited.
    pub async fn allow_everybodys(&self, caller: &Caller) -> Result<(), ServiceError> {
        self.allow_all(caller, LIST).await
    }

    /// A page of the sessions of the caller's tenant. The pages go from those that began first to those that began last; on
    /// a page the last used ones come first. The first page is audited, which stands for those after it.
    ///
    /// # Errors
    /// Forbidden without the role, and audited; invalid if `after` is no cursor; unavailable or internal if sessions cannot
    /// be read.
    pub async fn of_tenant(&self, caller: &Caller, after: Option<&str>) -> Result<Page<SessionView>, ServiceError> {
        self.allow_all(caller, LIST).await?;
        let page = self.inventory.of_tenant(caller.actor.tenant, after, BATCH).await?.ok_or_else(wrong_cursor)?;
        let mut items: Vec<_> = page.items.into_iter().map(|one| view(one, caller)).collect();
        items.sort_by_key(|session| Reverse(session.seen_at));
        if after.is_none() {
            self.audit.append(&self.line(caller, LIST, format!("tenant:{}", caller.actor.tenant))).await?;
        }
        Ok(Page { items, next: page.next })
    }

    /// How many sessions the caller's tenant has.
    ///
    /// # Errors
    /// As [`SessionService::of_tenant`].
    pub async fn count(&self, caller: &Caller) -> Result<u64, ServiceError> {
        self.allow_all(caller, LIST).await?;
        let (mut count, mut after) = (0, None);
        loop {
            let page = self.inventory.of_tenant(caller.actor.tenant, after.as_deref(), BATCH).await?;
            let page = page.ok_or_else(wrong_cursor)?;
            count += page.items.len() as u64;
            after = page.next;
            if after.is_none() {
                return Ok(count);
            }
        }
    }

    /// Every session of a person.
    pub(super) async fn all_of(&self, person: &Person) -> Result<Vec<LiveSession>, ServiceError> {
        let (mut sessions, mut after) = (Vec::new(), None);
        loop {
            let page = self.inventory.of_person(person, after.as_deref(), BATCH).await?.ok_or_else(wrong_cursor)?;
            sessions.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(sessions);
            }
        }
    }
}

fn wrong_cursor() -> Invalid {
    Invalid::new("after", "does not belong to this list; start again at the first page")
}

fn view(session: LiveSession, caller: &Caller) -> SessionView {
    let viewer = caller.request.ip.as_deref().and_then(|ip| ip.parse().ok());
    SessionView {
        current: caller.request.session.as_deref() == Some(session.handle.as_str()),
        device: device(session.user_agent.as_deref()),
        place: place(session.ip, viewer),
        person: PersonView { id: session.user, name: session.name },
        signed_in_at: session.signed_in_at,
        seen_at: session.seen_at,
        ends_at: session.ends_at,
        handle: session.handle,
    }
}
