//! Signing people out from afar.

use std::future::Future;

use domain::UserId;
use serde_json::{Value, json};
use tracing::Instrument;

use super::{REVOKE, SessionService};
use crate::ServiceError;
use crate::audit::{AuditRecord, Caller};
use crate::ports::StoreError;

/// The word of the audit log for what is about to be done: it is there even if nobody lives to write what came of it.
const REVOKE_REQUEST: &str = "session.revoke_request";

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
        let line = self.line(caller, REVOKE, format!("session:{}", short(handle)));
        let line = line.with_detail(json!({ "user": session.user }));
        let (inventory, ending) = (self.inventory.clone(), handle.to_owned());
        let count = self.noted(line, async move { inventory.end(&ending).await.map(u64::from) }).await?;
        Ok(Revoked { count, here: count > 0 && caller.request.session.as_deref() == Some(handle) })
    }

    /// Ends all sessions of the caller in their tenant but the one they are asking in.
    ///
    /// # Errors
    /// Unavailable or internal if sessions or records cannot be reached.
    pub async fn end_others(&self, caller: &Caller) -> Result<Revoked, ServiceError> {
        let whose = caller.actor.id;
        self.allow(caller, whose, REVOKE).await?;
        let person = self.person(caller, whose).await?;
        let line = self.line(caller, REVOKE, format!("user:{whose}")).with_detail(json!({ "kept": "this session" }));
        let (inventory, kept) = (self.inventory.clone(), caller.request.session.clone());
        let count = self.noted(line, async move { inventory.end_person(&person, kept.as_deref()).await }).await?;
        Ok(Revoked { count, here: false })
    }

    /// Ends all sessions of a person of the caller's tenant, also the one the caller is asking in if it is theirs.
    ///
    /// # Errors
    /// As [`SessionService::of_person`].
    pub async fn end_person(&self, caller: &Caller, whose: UserId) -> Result<Revoked, ServiceError> {
        self.allow(caller, whose, REVOKE).await?;
        let person = self.person(caller, whose).await?;
        let line = self.line(caller, REVOKE, format!("user:{whose}"));
        let inventory = self.inventory.clone();
        let count = self.noted(line, async move { inventory.end_person(&person, None).await }).await?;
        Ok(Revoked { count, here: whose == caller.actor.id && caller.request.session.is_some() })
    }

    /// Ends all sessions of the caller's tenant, the caller's included.
    ///
    /// # Errors
    /// Forbidden without the role, and audited; unavailable or internal if sessions or records cannot be reached.
    pub async fn end_tenant(&self, caller: &Caller) -> Result<Revoked, ServiceError> {
        self.allow_all(caller, REVOKE).await?;
        let tenant = caller.actor.tenant;
        let line = self.line(caller, REVOKE, format!("tenant:{tenant}"));
        let inventory = self.inventory.clone();
        let count = self.noted(line, async move { inventory.end_tenant(tenant).await }).await?;
        Ok(Revoked { count, here: caller.request.session.is_some() })
    }

    /// Ends sessions between two lines of the log. The first is written before anything ends, so that no way of stopping
    /// half way leaves an act without a trace: an error, the end of the process. The second, which is `line`, says how many
    /// ended, or that not all of them did. A caller who goes away stops nothing: whoever signs everybody out and closes the
    /// window means it.
    ///
    /// # Errors
    /// Unavailable or internal if the first line cannot be written, and then nothing has ended; or if sessions cannot be
    /// reached.
    pub(super) async fn noted(
        &self,
        line: AuditRecord,
        end: impl Future<Output = Result<u64, StoreError>> + Send + 'static,
    ) -> Result<u64, ServiceError> {
        let sessions = self.clone();
        let work = async move { sessions.between_lines(line, end).await };
        let done = tokio::spawn(work.in_current_span()).await;
        done.map_err(|error| StoreError::Internal(Box::new(error)))?
    }

    async fn between_lines(
        &self,
        line: AuditRecord,
        end: impl Future<Output = Result<u64, StoreError>> + Send,
    ) -> Result<u64, ServiceError> {
        self.audit.append(&AuditRecord { action: REVOKE_REQUEST.to_owned(), ..line.clone() }).await?;
        let ended = end.await;
        let outcome = match &ended {
            Ok(count) => ("count", Value::from(*count)),
            Err(_) => ("complete", Value::from(false)),
        };
        let known = line.detail.as_object().cloned().unwrap_or_default();
        let detail = known.into_iter().chain([(outcome.0.to_owned(), outcome.1)]).collect();
        let line = AuditRecord { id: self.ids.next(), at: self.clock.now(), detail, ..line };
        // Sessions are over whatever becomes of this: a failure must not read as if nothing had happened.
        if let Err(error) = self.audit.append(&line).await {
            tracing::error!(%error, target = line.target, "what became of ending sessions could not be audited");
        }
        Ok(ended?)
    }
}

/// Enough of a handle to tell sessions apart.
fn short(handle: &str) -> String {
    handle.chars().take(12).collect()
}
