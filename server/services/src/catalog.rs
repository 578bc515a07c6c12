//! What forms offer and what the frame of a page shows.

use std::sync::Arc;

use domain::view::{Choices, ServiceView, SeverityView, Viewer};
use domain::{Operation, allowed, may};

use crate::ServiceError;
use crate::audit::Caller;
use crate::ports::DirectoryStore;

/// People offered in one form; beyond that it asks for names.
const PEOPLE: u32 = 200;

/// Reads the tenant's catalogue.
#[derive(Clone)]
pub struct CatalogService {
    directory: Arc<dyn DirectoryStore>,
}

impl CatalogService {
    /// Over this directory.
    pub fn new(directory: Arc<dyn DirectoryStore>) -> Self {
        Self { directory }
    }

    /// What a form for declaring or editing offers this person.
    ///
    /// # Errors
    /// Forbidden for those who may not declare; unavailable or internal if the store fails.
    pub async fn choices(&self, caller: &Caller) -> Result<Choices, ServiceError> {
        allowed(&caller.actor, Operation::Declare)?;
        let tenant = caller.actor.tenant;
        let severities = self.directory.severities(tenant).await?;
        let services = self.directory.services(tenant).await?;
        let mut people = Vec::new();
        if may(&caller.actor, Operation::Restrict) {
            people = self.directory.people(tenant, PEOPLE + 1).await?;
        }
        let more_people = people.len() > PEOPLE as usize;
        people.truncate(PEOPLE as usize);
        Ok(Choices {
            viewer: caller.actor.id,
            severities: severities.into_iter().map(|s| SeverityView { key: s.key, name: s.name }).collect(),
            services: services.into_iter().map(|s| ServiceView { id: s.id, name: s.name.into() }).collect(),
            people,
            more_people,
        })
    }

    /// Who is looking.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn viewer(&self, caller: &Caller) -> Result<Viewer, ServiceError> {
        let tenant = self.directory.tenant(caller.actor.tenant).await?;
        Ok(Viewer {
            id: caller.actor.id,
            name: caller.actor.name.clone(),
            tenant: tenant.map(|t| t.name.into()).unwrap_or_default(),
            may_read: may(&caller.actor, Operation::Read),
            may_declare: may(&caller.actor, Operation::Declare),
            may_manage_sessions: may(&caller.actor, Operation::Sessions),
        })
    }

    /// Whether the records can be reached.
    ///
    /// # Errors
    /// Unavailable if they cannot.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        Ok(self.directory.ping().await?)
    }
}
