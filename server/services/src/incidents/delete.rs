//! Deleting an incident.

use domain::{DomainError, IncidentNumber, Operation};
use serde_json::json;

use crate::audit::Caller;
use crate::ports::{Scope, Written};
use crate::{IncidentService, ServiceError};

impl IncidentService {
    /// Deletes an incident: nobody finds it any more, and its number is never given again. With a `version` only if
    /// nobody changed it since. Deleting it twice is not found the second time.
    ///
    /// # Errors
    /// Forbidden without the role; step-up if a fresh proof of identity is needed first; not found if the incident is not
    /// in sight; stale if somebody changed it since `version`; unavailable or internal if the store fails.
    pub async fn delete(
        &self,
        caller: &Caller,
        number: IncidentNumber,
        version: Option<u32>,
    ) -> Result<(), ServiceError> {
        let target = super::target(number);
        self.allow(caller, Operation::Delete, "incident.delete", &target).await?;
        let incident = self.visible(caller, number).await?;
        let detail = json!({
            "id": incident.id, "status": incident.status, "severity": incident.severity,
            "visibility": incident.visibility,
        });
        let audit = self.line(caller, "incident.delete", target).with_detail(detail);
        match self.store.delete(&Scope::of(&caller.actor), incident.id, version, &audit).await? {
            Written::Committed => Ok(()),
            Written::Stale => Err(self.stale(caller, number, version.unwrap_or(incident.version)).await?),
            Written::Missing => Err(DomainError::NotFound.into()),
        }
    }
}
