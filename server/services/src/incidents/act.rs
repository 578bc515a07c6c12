//! Moving an incident on.

use domain::{
    Action, Applied, Decision, DomainError, EntryKind, IncidentNumber, Invalid, Operation, Reason, SeverityKey, Text,
    may_ever, next,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::Caller;
use crate::ports::{Record, Scope, Written};
use crate::{IncidentService, ServiceError};

/// A step somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The step.
    pub action: Action,
    /// The version they were looking at.
    pub version: u32,
    /// Why; may be empty where the step needs no reason.
    pub reason: String,
    /// The severity, where the incident has none yet.
    pub severity: Option<SeverityKey>,
}

impl IncidentService {
    /// Takes a step. Asking for the state the incident is already in changes nothing and is no error.
    ///
    /// # Errors
    /// Forbidden without the role; not found if the incident is not in sight; stale if somebody changed it since
    /// `act.version`; a transition error if the step cannot be taken; unavailable or internal if the store fails.
    pub async fn act(&self, caller: &Caller, number: IncidentNumber, act: &Act) -> Result<(), ServiceError> {
        let target = super::target(number);
        let word = format!("incident.{}", act.action);
        self.allow(caller, Operation::Read, &word, &target).await?;
        let incident = self.visible(caller, number).await?;
        let operation = Operation::Act(act.action, incident.status);
        if !may_ever(&caller.actor, act.action) {
            self.allow(caller, operation, &word, &target).await?;
        }
        // A step that was asked for twice is done, whichever version the second request saw.
        if next(incident.status, act.action) == Ok(incident.status) {
            return Ok(());
        }
        // Before the roles that this state asks for: somebody who looked at another one is told what changed, not that
        // they may not.
        if incident.version != act.version {
            return Err(self.stale(caller, number, act.version).await?);
        }
        self.allow(caller, operation, &word, &target).await?;
        let reason = match act.reason.trim() {
            "" => None,
            text => Some(Reason::read(text).map_err(|why| Invalid::new("reason", why))?),
        };
        let now = self.clock.now();
        let tenant = self.directory.tenant(incident.tenant).await?.ok_or(DomainError::NotFound)?;
        let decision = Decision {
            action: act.action,
            now,
            reason: reason.as_ref(),
            severity: act.severity,
            policy: tenant.close_policy,
        };
        let Applied::Changed(after, kinds) = incident.apply(&decision)? else {
            return Ok(());
        };
        let reason = reason.as_ref().map_or("", Reason::as_str);
        let body = |kind: &EntryKind| {
            if matches!(kind, EntryKind::StatusChanged { .. }) { reason } else { "" }
        };
        let entries = kinds
            .into_iter()
            .map(|kind| {
                let body = body(&kind);
                self.entry(&caller.actor, kind, now, body, after.version)
            })
            .collect();
        let detail = json!({ "from": incident.status, "to": after.status });
        let record = Record { entries, audit: self.line(caller, &word, target).with_detail(detail) };
        match self.store.update(&Scope::of(&caller.actor), &after, &record).await? {
            Written::Committed => Ok(()),
            Written::Stale => Err(self.stale(caller, number, act.version).await?),
            Written::Missing => Err(DomainError::NotFound.into()),
        }
    }
}
