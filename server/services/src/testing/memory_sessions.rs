//! Sessions that live in a list.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::TenantId;
use domain::view::Page;

use crate::ports::{Person, StoreError};
use crate::sessions::{LiveSession, SessionInventory};

/// An inventory without anything behind it, in the order in which sessions were added. Its cursors are positions.
#[derive(Debug, Default)]
pub struct MemorySessions(Mutex<Vec<LiveSession>>);

impl MemorySessions {
    /// One more.
    pub fn add(&self, session: LiveSession) {
        self.with(|all| all.push(session));
    }

    /// The handles of those that are left.
    pub fn handles(&self) -> Vec<String> {
        self.with(|all| all.iter().map(|one| one.handle.clone()).collect())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<LiveSession>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn page(
        &self,
        after: Option<&str>,
        limit: u32,
        wanted: impl Fn(&LiveSession) -> bool,
    ) -> Option<Page<LiveSession>> {
        let skipped: usize = after.map_or(Ok(0), str::parse).ok()?;
        let found: Vec<_> = self.with(|all| all.iter().filter(|one| wanted(one)).cloned().collect());
        let end = (skipped + limit as usize).min(found.len());
        let next = (end < found.len()).then(|| end.to_string());
        Some(Page { items: found.get(skipped..end)?.to_vec(), next })
    }

    fn end_where(&self, unwanted: impl Fn(&LiveSession) -> bool) -> u64 {
        self.with(|all| {
            let before = all.len();
            all.retain(|one| !unwanted(one));
            (before - all.len()) as u64
        })
    }
}

#[async_trait]
impl SessionInventory for MemorySessions {
    async fn of_person(
        &self,
        person: &Person,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError> {
        Ok(self.page(after, limit, |one| (one.tenant, one.user) == (person.tenant, person.id)))
    }

    async fn of_tenant(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError> {
        Ok(self.page(after, limit, |one| one.tenant == tenant))
    }

    async fn find(&self, handle: &str) -> Result<Option<LiveSession>, StoreError> {
        Ok(self.with(|all| all.iter().find(|one| one.handle == handle).cloned()))
    }

    async fn end(&self, handle: &str) -> Result<bool, StoreError> {
        Ok(self.end_where(|one| one.handle == handle) > 0)
    }

    async fn end_person(&self, person: &Person, except: Option<&str>) -> Result<u64, StoreError> {
        let theirs = |one: &LiveSession| (one.tenant, one.user) == (person.tenant, person.id);
        Ok(self.end_where(|one| theirs(one) && Some(one.handle.as_str()) != except))
    }

    async fn end_tenant(&self, tenant: TenantId) -> Result<u64, StoreError> {
        Ok(self.end_where(|one| one.tenant == tenant))
    }

    async fn end_all(&self) -> Result<u64, StoreError> {
        Ok(self.end_where(|_| true))
    }
}
