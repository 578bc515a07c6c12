//! People and organisations, as they come in from sign-ins.

use std::sync::Arc;

use domain::{Actor, ClosePolicy, Name, Roles, Service, ServiceId, Tenant, TenantId, Text};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{AuditRecord, AuditResult, Caller, RequestFacts};
use crate::ports::{AuditStore, DirectoryStore, Person};
use crate::{Clock, IdSource, ServiceError, user_id};

/// Somebody the identity provider vouched for.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Whose.
    pub tenant: TenantId,
    /// The organisation's name, where the provider or the settings know it.
    pub tenant_name: Option<String>,
    /// The Entra object id, or issuer and `sub`.
    pub subject: String,
    /// The account in its home tenant (`uid.utid`), where the provider says so.
    pub home_account: Option<String>,
    /// Display name as the provider sent it.
    pub name: String,
    /// What they may do.
    pub roles: Roles,
}

/// A sign-in that came to nothing.
#[derive(Clone, Copy, Debug)]
pub struct SignInRefusal<'a> {
    /// What kind of failure, a word of the identity layer's taxonomy.
    pub class: &'a str,
    /// Which failure exactly.
    pub code: &'a str,
    /// What the person was shown.
    pub reference: &'a str,
    /// The tenant, where it is that which is not let in.
    pub tenant: Option<TenantId>,
}

/// By which way somebody signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOut {
    /// Here, in the browser that was signed in.
    Here,
    /// At the identity provider, whose page told us in the browser.
    FrontChannel,
    /// At the identity provider, which told us directly.
    BackChannel,
}

impl SignOut {
    fn action(self) -> &'static str {
        match self {
            Self::Here => "session.sign_out",
            Self::FrontChannel => "session.front_channel_sign_out",
            Self::BackChannel => "session.back_channel_sign_out",
        }
    }
}

/// Keeps people and organisations, and the audit lines about sessions.
#[derive(Clone)]
pub struct DirectoryService {
    directory: Arc<dyn DirectoryStore>,
    audit: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl DirectoryService {
    /// Over these ports.
    pub fn new(
        directory: Arc<dyn DirectoryStore>,
        audit: Arc<dyn AuditStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { directory, audit, clock, ids }
    }

    /// Makes an organisation ready for use unless it is: five severities and one service.
    async fn ensure_tenant(&self, name: Name, caller: &Caller) -> Result<(), ServiceError> {
        let id = caller.actor.tenant;
        let general = Name::read("General").map_err(|why| domain::Invalid::new("service", why))?;
        let service = Service { id: ServiceId(Uuid::new_v5(&id.0, b"service:general")), name: general, tier: 3 };
        let now = self.clock.now();
        let audit = AuditRecord::of(self.ids.next(), now, caller, "tenant.create", format!("tenant:{id}"))
            .with_detail(json!({ "name": name }));
        let tenant = Tenant { id, name, close_policy: ClosePolicy::default() };
        self.directory.ensure_tenant(&tenant, &service, now, &audit).await?;
        Ok(())
    }

    /// Makes an organisation ready for use unless it is, for somebody who comes with a token before anybody of it has signed
    /// in. That it is let in has been asked before.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn made_ready(&self, caller: &Caller) -> Result<(), ServiceError> {
        if self.directory.tenant(caller.actor.tenant).await?.is_none() {
            self.ensure_tenant(default_name(caller.actor.tenant)?, caller).await?;
        }
        Ok(())
    }

    /// Notes a sign-in: provisions tenant and person where they are new, and writes the audit line.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails; then nobody may be signed in.
    pub async fn signed_in(&self, sign_in: &SignIn, request: &RequestFacts) -> Result<Actor, ServiceError> {
        let person = Person {
            id: user_id(sign_in.tenant, &sign_in.subject),
            tenant: sign_in.tenant,
            subject: sign_in.subject.clone(),
            name: shown(&sign_in.name),
            home_account: sign_in.home_account.clone(),
        };
        let actor = Actor { id: person.id, tenant: person.tenant, name: person.name.clone(), roles: sign_in.roles };
        let caller = Caller { actor, request: request.clone() };
        if self.directory.tenant(sign_in.tenant).await?.is_none() {
            let given = sign_in.tenant_name.as_deref().and_then(name);
            let name = given.map_or_else(|| default_name(sign_in.tenant), Ok)?;
            self.ensure_tenant(name, &caller).await?;
        }
        let now = self.clock.now();
        let roles: Vec<_> = sign_in.roles.iter().map(domain::Role::as_str).collect();
        let audit = AuditRecord::of(self.ids.next(), now, &caller, "session.sign_in", format!("user:{}", person.id))
            .with_detail(json!({ "roles": roles }));
        self.directory.signed_in(&person, now, &audit).await?;
        Ok(caller.actor)
    }

    /// Notes that a person signed out.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn signed_out(&self, caller: &Caller, way: SignOut) -> Result<(), ServiceError> {
        let target = format!("user:{}", caller.actor.id);
        let record = AuditRecord::of(self.ids.next(), self.clock.now(), caller, way.action(), target);
        Ok(self.audit.append(&record).await?)
    }

    /// Notes that a person has another name from now on, and that they changed their profile; not what it says.
    ///
    /// # Errors
    /// Not found if they have never signed in; unavailable or internal if the store fails.
    pub async fn profile_changed(&self, caller: &Caller) -> Result<(), ServiceError> {
        let actor = &caller.actor;
        let known = self.directory.person(actor.tenant, actor.id).await?.ok_or(domain::DomainError::NotFound)?;
        let person = Person { name: shown(&actor.name), ..known };
        let now = self.clock.now();
        let audit = AuditRecord::of(self.ids.next(), now, caller, "profile.change", format!("user:{}", actor.id));
        Ok(self.directory.signed_in(&person, now, &audit).await?)
    }

    /// Notes that a sign-in was refused, in the log that belongs to no tenant: whoever is not let in gets none.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn sign_in_refused(
        &self,
        refusal: &SignInRefusal<'_>,
        request: &RequestFacts,
    ) -> Result<(), ServiceError> {
        let SignInRefusal { class, code, reference, tenant } = refusal;
        let mut detail = json!({ "class": class, "code": code, "reference": reference });
        if let Some(tenant) = tenant {
            detail["tenant"] = json!(tenant);
        }
        let record = AuditRecord {
            id: self.ids.next(),
            tenant: TenantId(Uuid::nil()),
            at: self.clock.now(),
            actor: None,
            actor_name: String::new(),
            request: request.clone(),
            action: "session.sign_in".to_owned(),
            target: String::new(),
            detail,
            result: AuditResult::Deny,
        };
        Ok(self.audit.append(&record).await?)
    }

    /// Notes, in the log that belongs to no tenant, that the records were copied into a backup.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn backed_up(&self, file: &str) -> Result<(), ServiceError> {
        self.operated("backup", file).await
    }

    /// Notes, in the log that belongs to no tenant, that the records were put back out of a backup.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn restored(&self, file: &str) -> Result<(), ServiceError> {
        self.operated("restore", file).await
    }

    async fn operated(&self, command: &str, file: &str) -> Result<(), ServiceError> {
        let record = AuditRecord {
            id: self.ids.next(),
            tenant: TenantId(Uuid::nil()),
            at: self.clock.now(),
            actor: None,
            actor_name: format!("muster {command} (command line)"),
            request: RequestFacts::default(),
            action: format!("records.{command}"),
            target: String::new(),
            detail: json!({ "file": file }),
            result: AuditResult::Allow,
        };
        Ok(self.audit.append(&record).await?)
    }

    /// Notes that a person was refused something, `action` being what they asked for.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn denied(&self, caller: &Caller, action: &str, target: String) -> Result<(), ServiceError> {
        let record = AuditRecord::of(self.ids.next(), self.clock.now(), caller, action, target).denied();
        Ok(self.audit.append(&record).await?)
    }
}

/// What an organisation is called that nobody has named.
fn default_name(tenant: TenantId) -> Result<Name, domain::Invalid> {
    let text = format!("Organisation {}", &tenant.to_string()[..8]);
    Name::read(&text).map_err(|why| domain::Invalid::new("tenant_name", why))
}

/// A display name that fits, whatever the provider sent: it is shown, never trusted, so it may be cut.
fn name(text: &str) -> Option<Name> {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    Name::read(&shown).ok()
}

/// The name of a person as records keep it.
pub(crate) fn shown(text: &str) -> String {
    name(text).map_or_else(|| "Unnamed person".to_owned(), String::from)
}
