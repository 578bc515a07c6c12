//! Which organisations may use this Muster: the list, who changes it, and what it means for a person at the door.

mod copies;
mod policy;

use std::sync::Arc;

use domain::view::OrganisationView;
use domain::{Name, Standing, TenantId, Timestamp};
use serde_json::json;
use uuid::{Uuid, uuid};

use crate::audit::{AuditRecord, AuditResult, Caller, RequestFacts};
use crate::ports::{Admission, AdmissionStore};
use crate::{Clock, IdSource, ServiceError};

use copies::Copies;
pub use policy::{Door, Onboarding, TenantPolicy};

/// The tenant of all personal Microsoft accounts: strangers to each other, so never an organisation.
pub const PERSONAL_ACCOUNTS: TenantId = TenantId(uuid!("9188040d-6c67-4c5b-b112-36a304b66dad"));

/// Organisations offered to one person.
const ORGANISATIONS: u32 = 50;

/// The list of tenants. Clones share the copies that a process keeps.
#[derive(Clone)]
pub struct TenantService {
    store: Arc<dyn AdmissionStore>,
    policy: Arc<TenantPolicy>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    copies: Arc<Copies>,
}

impl TenantService {
    /// Over this list.
    pub fn new(
        store: Arc<dyn AdmissionStore>,
        policy: TenantPolicy,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { store, policy: Arc::new(policy), clock, ids, copies: Arc::default() }
    }

    /// How a tenant that is not on the list can come onto it.
    pub fn onboarding(&self) -> Onboarding {
        self.policy.onboarding
    }

    /// What the list says about the people of a tenant who want to sign in now, and the name it has for them. Asks the
    /// records, every time.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails; then nobody may be signed in.
    pub async fn door(&self, tenant: TenantId) -> Result<(Door, Option<Name>), ServiceError> {
        let line = self.store.admission(tenant).await?;
        self.copies.forget(tenant);
        Ok((self.policy.door(tenant, line.as_ref()), line.and_then(|line| line.name)))
    }

    /// Whether a session of a tenant that began at `since` still counts. Asks a copy that is at most two seconds old, so
    /// that a request costs no query of its own; while the records do not answer, the last copy counts on.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails and this process has never known; then nothing may be shown.
    pub async fn holds(&self, tenant: TenantId, since: Timestamp) -> Result<bool, ServiceError> {
        let now = self.clock.now();
        let line = match self.copies.fresh(tenant, now) {
            Some(line) => line,
            None => match self.store.admission(tenant).await {
                Ok(line) => self.copies.keep(tenant, now, line),
                Err(error) => self.copies.renew(tenant, now).ok_or(error)?,
            },
        };
        let begun = line.as_ref().and_then(|line| line.sessions_from).is_none_or(|from| from <= since);
        Ok(begun && self.policy.door(tenant, line.as_ref()) == Door::Open)
    }

    /// All lines of the list, in order of tenant id.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn list(&self) -> Result<Vec<Admission>, ServiceError> {
        const PAGE: u32 = 500;
        let mut lines: Vec<Admission> = Vec::new();
        loop {
            let page = self.store.admissions(lines.last().map(|line| line.tenant), PAGE).await?;
            let last = page.len() < PAGE as usize;
            lines.extend(page);
            if last {
                return Ok(lines);
            }
        }
    }

    /// The line of a tenant, if it has one. Asks the records.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn line(&self, tenant: TenantId) -> Result<Option<Admission>, ServiceError> {
        Ok(self.store.admission(tenant).await?)
    }

    /// Lets a tenant in, by whoever has the shell of this machine. Its sessions from before it was blocked stay over.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn allow(&self, tenant: TenantId, name: Option<Name>, command: &str) -> Result<(), ServiceError> {
        self.decide(tenant, name, Standing::Allowed, String::new(), command).await
    }

    /// Takes a tenant off the list: nobody of it may sign in, and sessions that are there are over.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn block(&self, tenant: TenantId, reason: String, command: &str) -> Result<(), ServiceError> {
        self.decide(tenant, None, Standing::Blocked, reason, command).await
    }

    async fn decide(
        &self,
        tenant: TenantId,
        name: Option<Name>,
        standing: Standing,
        reason: String,
        command: &str,
    ) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let blocked = standing == Standing::Blocked;
        let audit = AuditRecord {
            id: self.ids.next(),
            tenant,
            at: now,
            actor: None,
            actor_name: format!("{command} (command line)"),
            request: RequestFacts::default(),
            action: if blocked { "tenant.block" } else { "tenant.allow" }.to_owned(),
            target: format!("tenant:{tenant}"),
            detail: if blocked { json!({ "reason": reason }) } else { json!({ "name": name }) },
            result: AuditResult::Allow,
        };
        let decided_by = audit.actor_name.clone();
        let sessions_from = blocked.then_some(now);
        let line = Admission { tenant, name, standing, since: now, decided_by, reason, sessions_from };
        self.store.decide(&line, &audit).await?;
        self.copies.forget(tenant);
        Ok(())
    }

    /// Puts the organisation of a person on the list whose administrator has approved the application, as the setting for
    /// onboarding says. The caller is somebody whom a verified ID token of that tenant names; `guest` says that they are at
    /// home elsewhere. What the list says already stays: a blocked tenant cannot bring itself back. Says how the door is
    /// now.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails; then nobody may be signed in.
    pub async fn onboard(&self, caller: &Caller, guest: bool) -> Result<Door, ServiceError> {
        let tenant = caller.actor.tenant;
        let standing = match self.policy.onboarding {
            Onboarding::Off => None,
            Onboarding::Consent => Some(Standing::Allowed),
            Onboarding::Approval => Some(Standing::Waiting),
        };
        let suitable = !guest && tenant != PERSONAL_ACCOUNTS && tenant.0 != Uuid::nil() && self.policy.reaches(tenant);
        if let Some(standing) = standing.filter(|_| suitable) {
            let now = self.clock.now();
            let audit = AuditRecord::of(self.ids.next(), now, caller, "tenant.onboard", format!("tenant:{tenant}"))
                .with_detail(json!({ "standing": standing }));
            let line = Admission {
                tenant,
                name: None,
                standing,
                since: now,
                decided_by: "admin consent".to_owned(),
                reason: String::new(),
                sessions_from: None,
            };
            self.store.apply(&line, &audit).await?;
        }
        Ok(self.door(tenant).await?.0)
    }

    /// The organisations that the person can switch between: those in which they have been seen and which are let in.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn organisations_of(&self, caller: &Caller) -> Result<Vec<OrganisationView>, ServiceError> {
        let actor = &caller.actor;
        let mut all = self.store.organisations_of(actor.tenant, actor.id, ORGANISATIONS).await?;
        all.retain(|organisation| organisation.current || self.policy.reaches(organisation.id));
        Ok(all)
    }
}
