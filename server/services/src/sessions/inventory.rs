//! The port to the sessions that live on the server.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use domain::view::Page;
use domain::{TenantId, Timestamp, UserId};

use crate::ports::{Person, StoreError};

/// A session, without anything that could be used in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveSession {
    /// Its name: the hash of the id in the cookie.
    pub handle: String,
    /// The organisation the person signed in to.
    pub tenant: TenantId,
    /// Whose it is.
    pub user: UserId,
    /// The person's name when they signed in.
    pub name: String,
    /// When they signed in.
    pub signed_in_at: Timestamp,
    /// Its last noted use.
    pub seen_at: Timestamp,
    /// When it ends if nobody uses it.
    pub ends_at: Timestamp,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// The address it was last used from.
    pub ip: Option<IpAddr>,
}

impl fmt::Debug for LiveSession {
    /// Shows what tells sessions apart and no personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSession")
            .field("handle", &self.handle)
            .field("tenant", &self.tenant)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Lists sessions and ends them, on every replica at once: a session that was ended is not there for the next request,
/// whichever server takes it. No method costs more than what it is asked about.
#[async_trait]
pub trait SessionInventory: Send + Sync {
    /// A page of a person's sessions in one tenant, oldest first. None if `after` is no cursor of such a
    /// list.
    async fn of_person(
        &self,
        person: &Person,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError>;

    /// The same for everybody of a tenant.
    async fn of_tenant(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Page<LiveSession>>, StoreError>;

    /// The session of this handle, whoever's it is.
    async fn find(&self, handle: &str) -> Result<Option<LiveSession>, StoreError>;

    /// Ends one session, whoever's it is; false if it was over already.
    async fn end(&self, handle: &str) -> Result<bool, StoreError>;

    /// Ends all sessions of a person in one tenant but that of the handle `except`; says how many there were.
    async fn end_person(&self, person: &Person, except: Option<&str>) -> Result<u64, StoreError>;

    /// Ends all sessions of a tenant, also those that begin meanwhile; says how many there were.
    async fn end_tenant(&self, tenant: TenantId) -> Result<u64, StoreError>;

    /// Ends all sessions there are; says how many there were.
    async fn end_all(&self) -> Result<u64, StoreError>;
}
