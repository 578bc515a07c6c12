//! One incident, for one viewer.

use domain::view::{ActionView, IncidentDetail, PersonView, ServiceView};
use domain::{Action, Actor, Incident, IncidentNumber, Operation, Service, Status, Visibility, may, next};

use crate::audit::Caller;
use crate::ports::Scope;
use crate::{IncidentService, ServiceError};

impl IncidentService {
    /// The incident as this person may see it. Reading a restricted one is audited.
    ///
    /// # Errors
    /// Forbidden without a role; not found if there is none in sight; unavailable or internal if the store fails.
    pub async fn get(&self, caller: &Caller, number: IncidentNumber) -> Result<IncidentDetail, ServiceError> {
        let target = super::target(number);
        self.allow(caller, Operation::Read, "incident.read", &target).await?;
        let incident = self.visible(caller, number).await?;
        if incident.visibility == Visibility::Restricted {
            self.audit.append(&self.line(caller, "incident.read", target)).await?;
        }
        self.detail(&caller.actor, incident).await
    }

    async fn detail(&self, actor: &Actor, incident: Incident) -> Result<IncidentDetail, ServiceError> {
        let tenant = incident.tenant;
        let mut ids = incident.people.clone();
        ids.extend(incident.created_by);
        ids.sort();
        ids.dedup();
        let names = if ids.is_empty() { Vec::new() } else { self.directory.names(tenant, &ids).await? };
        let services = self.services_of(&incident).await?;
        let declared_by = names.iter().find(|p| Some(p.id) == incident.created_by).map(|p| p.name.clone());
        let people: Vec<PersonView> = names.into_iter().filter(|p| incident.people.contains(&p.id)).collect();
        let services = services.into_iter().map(|s| ServiceView { id: s.id, name: s.name.into() }).collect();
        Ok(IncidentDetail {
            viewer: actor.id,
            actions: actions(actor, &incident),
            number: incident.number,
            title: incident.title.into(),
            summary: incident.summary.into(),
            status: incident.status,
            severity: incident.severity,
            kind: incident.kind,
            visibility: incident.visibility,
            people,
            services,
            source: incident.source,
            times: incident.times,
            reopen_count: incident.reopen_count,
            version: incident.version,
            declared_by: declared_by.unwrap_or(incident.created_by_name),
            updated_at: incident.updated_at,
            may_note: may(actor, Operation::Note),
            may_edit: may(actor, Operation::Edit),
            may_restrict: may(actor, Operation::Restrict),
        })
    }

    /// The services an incident affects, in order of name.
    pub(super) async fn services_of(&self, incident: &Incident) -> Result<Vec<Service>, ServiceError> {
        if incident.services.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.directory.services_by_id(incident.tenant, &incident.services).await?)
    }

    /// What was changed since `version`, for somebody who looked at that one.
    pub(super) async fn stale(
        &self,
        caller: &Caller,
        number: IncidentNumber,
        version: u32,
    ) -> Result<ServiceError, ServiceError> {
        let incident = self.visible(caller, number).await?;
        let changes = self.store.changes_since(&Scope::of(&caller.actor), incident.id, version).await?;
        Ok(ServiceError::Stale(Box::new(domain::view::ConflictView { number, current: incident.version, changes })))
    }
}

/// The steps this person may take now, in the order of the buttons.
fn actions(actor: &Actor, incident: &Incident) -> Vec<ActionView> {
    let from = incident.status;
    let leads_on = |action: &Action| next(from, *action).is_ok_and(|to| to != from);
    Action::ALL
        .into_iter()
        .filter(leads_on)
        .filter(|action| may(actor, Operation::Act(*action, from)))
        .map(|action| ActionView {
            action,
            needs_reason: action.needs_reason(),
            needs_severity: incident.severity.is_none() && next(from, action) == Ok(Status::Investigating),
        })
        .collect()
}
