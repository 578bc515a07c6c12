//! What whoever has the shell of the machine may do beyond one tenant.

use domain::TenantId;
use uuid::Uuid;

use super::{LiveSession, REVOKE, SessionService};
use crate::ServiceError;
use crate::audit::{AuditRecord, AuditResult, RequestFacts};

impl SessionService {
    /// The session of this handle, of whichever tenant.
    ///
    /// # Errors
    /// Unavailable or internal if sessions cannot be read.
    pub async fn find(&self, handle: &str) -> Result<Option<LiveSession>, ServiceError> {
        Ok(self.inventory.find(handle).await?)
    }

    /// Ends all sessions there are, with a line in the log that belongs to no tenant. `command` is what was typed.
    ///
    /// # Errors
    /// Unavailable or internal if sessions or records cannot be reached.
    pub async fn end_all(&self, command: &str) -> Result<u64, ServiceError> {
        let record = AuditRecord {
            id: self.ids.next(),
            tenant: TenantId(Uuid::nil()),
            at: self.clock.now(),
            actor: None,
            actor_name: format!("{command} (command line)"),
            request: RequestFacts::default(),
            action: REVOKE.to_owned(),
            target: String::new(),
            detail: serde_json::Value::Null,
            result: AuditResult::Allow,
        };
        let inventory = self.inventory.clone();
        self.noted(record, async move { inventory.end_all().await }).await
    }
}
