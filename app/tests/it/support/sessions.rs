//! Sessions that fit into a test. They are listed and not ended.

use async_trait::async_trait;
use domain::view::Page;
use domain::{TenantId, UserId};
use services::ports::{Person, StoreError};
use services::sessions::{LiveSession, SessionInventory};
use uuid::Uuid;

use super::Records;

/// The name of a session.
pub fn handle(number: u32) -> String {
    format!("handle-{number}")
}

/// One of the person with this number; 7 is the one who looks.
pub fn session(number: u32, person: u128, user_agent: &str, ip: &str) -> LiveSession {
    LiveSession {
        handle: handle(number),
        tenant: TenantId(Uuid::from_u128(2)),
        user: UserId(Uuid::from_u128(person)),
        name: format!("Person {person}"),
        signed_in_at: "2026-08-18T08:00:00Z".parse().unwrap(),
        seen_at: "2026-08-19T11:30:00Z".parse().unwrap(),
        ends_at: "2026-08-20T11:30:00Z".parse().unwrap(),
        user_agent: Some(user_agent.to_owned()),
        ip: ip.parse().ok(),
    }
}

impl Records {
    fn page(&self, wanted: impl Fn(&LiveSession) -> bool, more: bool) -> Result<Option<Page<LiveSession>>, StoreError> {
        self.open()?;
        let items = self.sessions.iter().filter(|one| wanted(one)).cloned().collect();
        Ok(Some(Page { items, next: more.then(|| "the rest".to_owned()) }))
    }
}

#[async_trait]
impl SessionInventory for Records {
    async fn of_person(
        &self,
        person: &Person,
        _: Option<&str>,
        _: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError> {
        self.page(|one| one.user == person.id, false)
    }

    /// Two pages: what is on the second is on the first, too.
    async fn of_tenant(
        &self,
        _: TenantId,
        after: Option<&str>,
        _: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError> {
        match after {
            None => self.page(|_| true, true),
            Some("the rest") => self.page(|_| true, false),
            Some(_) => Ok(None),
        }
    }

    async fn find(&self, _: &str) -> Result<Option<LiveSession>, StoreError> {
        Ok(None)
    }

    async fn end(&self, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn end_person(&self, _: &Person, _: Option<&str>) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn end_tenant(&self, _: TenantId) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn end_all(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}
