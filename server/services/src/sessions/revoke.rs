//! Signing people out from afar.

use domain::UserId;
use serde_json::{Value, json};

use super::{REVOKE, SessionService};
use crate::ServiceError;
use crate::audit::{AuditRecord, Caller};

/// What became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revoked {
    /// How many sessions ended.
    pub count: u64,
    /// Whether the one of the browser that asked is among them.
    pub here: bool,
}

impl SessionService {
    /// Ends one session, the caller's own or one of their tenant. One that is over, or of another tenant, is left as it is:
    /// nothing tells the two apart.
    ///
    /// # Errors
    /// Forbidden for another person's without the role, and audited; unavailable or internal if sessions or records cannot
    /// be reached.
    pub async fn end(&self, caller: &Caller, handle: &str) -> Result<Revoked, ServiceError> {
        let found = self.inventory.find(handle).await?.filter(|session| session.tenant == caller.actor.tenant);
        let Some(session) = found else {
            return Ok(Revoked::default());
        };
        self.allow(caller, session.user, REVOKE).await?;
        // Ending a session must leave a line, so the records have to answer first.
        self.directory.ping().await?;
        if !self.inventory.end(handle).await? {
            return Ok(Revoked::default());
        }
        self.note(caller, format!("session:{}", short(handle)), json!({ "count": 1, "user": session.user })).await;
        Ok(Revoked { count: 1, here: caller.request.session.as_deref() == Some(handle) })
    }

    /// Ends all sessions of the caller in their tenant but the one they are asking in.
    ///
    /// # Errors
    /// Unavailable or internal if sessions or records cannot be reached.
    pub async fn end_others(&self, caller: &Caller) -> Result<Revoked, ServiceError> {
        let whose = caller.actor.id;
        self.allow(caller, whose, REVOKE).await?;
        let person = self.person(caller, whose).await?;
        let count = self.inventory.end_person(&person, caller.request.session.as_deref()).await?;
        self.note(caller, format!("user:{whose}"), json!({ "count": count, "kept": "this session" })).await;
        Ok(Revoked { count, here: false })
    }

    /// Ends all sessions of a person of the caller's tenant, also the one the caller is asking in if it is theirs.
    ///
    /// # Errors
    /// As [`SessionService::of_person`].
    pub async fn end_person(&self, caller: &Caller, whose: UserId) -> Result<Revoked, ServiceError> {
        self.allow(caller, whose, REVOKE).await?;
        let person = self.person(caller, whose).await?;
        let count = self.inventory.end_person(&person, None).await?;
        self.note(caller, format!("user:{whose}"), json!({ "count": count })).await;
        Ok(Revoked { count, here: whose == caller.actor.id && caller.request.session.is_some() })
    }

    /// Ends all sessions of the caller's tenant, the caller's included.
    ///
    /// # Errors
    /// Forbidden without the role, and audited; unavailable or internal if sessions or records cannot be reached.
    pub async fn end_tenant(&self, caller: &Caller) -> Result<Revoked, ServiceError> {
        self.allow_all(caller, REVOKE).await?;
        self.directory.ping().await?;
        let tenant = caller.actor.tenant;
        let count = self.inventory.end_tenant(tenant).await?;
        self.note(caller, format!("tenant:{tenant}"), json!({ "count": count })).await;
        Ok(Revoked { count, here: caller.request.session.is_some() })
    }

    async fn note(&self, caller: &Caller, target: String, detail: Value) {
        self.append(&self.line(caller, REVOKE, target).with_detail(detail)).await;
    }

    /// The sessions are over whatever becomes of this: a failure must not read as if nothing had happened.
    pub(super) async fn append(&self, line: &AuditRecord) {
        if let Err(error) = self.audit.append(line).await {
            tracing::error!(%error, target = line.target, "sessions were ended and it could not be audited");
        }
    }
}

/// Enough of a handle to tell sessions apart.
fn short(handle: &str) -> String {
    handle.chars().take(12).collect()
}
