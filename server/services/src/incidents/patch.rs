//! Changing some of what an incident says about itself, and leaving the rest.

use domain::{DomainError, Incident, IncidentNumber, Invalid, Operation, ServiceId, SeverityKey, UserId, Visibility};

use super::Edit;
use crate::audit::Caller;
use crate::{IncidentService, ServiceError};

/// What to change; what is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// The version that the change is meant for.
    pub version: u32,
    /// One line.
    pub title: Option<String>,
    /// Markdown; may be empty.
    pub summary: Option<String>,
    /// How bad it is.
    pub severity: Option<SeverityKey>,
    /// What it affects, all of it.
    pub services: Option<Vec<ServiceId>>,
    /// Whether it is open only to the people named.
    pub restricted: Option<bool>,
    /// The people a restricted incident is open to, all of them.
    pub people: Option<Vec<UserId>>,
    /// More of them by their names, one a line.
    pub others: String,
}

impl IncidentService {
    /// [`IncidentService::edit`] for some of the fields.
    ///
    /// # Errors
    /// As there; unknown if people are named and everybody may see the incident.
    pub async fn patch(&self, caller: &Caller, number: IncidentNumber, patch: &Patch) -> Result<(), ServiceError> {
        self.allow(caller, Operation::Edit, "incident.edit", &super::target(number)).await?;
        let before = self.visible(caller, number).await?;
        let edit = patch.over(&before)?;
        self.edit(caller, number, &edit).await
    }

    /// The version of an incident, for somebody who has to name it.
    ///
    /// # Errors
    /// Forbidden without a role; not found if it is not in sight; unavailable or internal if the store fails.
    pub async fn version(&self, caller: &Caller, number: IncidentNumber) -> Result<u32, ServiceError> {
        self.allow(caller, Operation::Read, "incident.read", &super::target(number)).await?;
        Ok(self.visible(caller, number).await?.version)
    }
}

impl Patch {
    /// All fields, those that are not given as the incident has them.
    fn over(&self, before: &Incident) -> Result<Edit, DomainError> {
        let is_restricted = before.visibility == Visibility::Restricted;
        let names_people = self.people.is_some() || !self.others.is_empty();
        if names_people && self.restricted.is_none() && !is_restricted {
            let why = "are named, but everybody may see the incident; set its visibility to restricted too";
            return Err(DomainError::Unknown(vec![Invalid::new("people", why)]));
        }
        // Who may see it is touched only if something was said about that.
        let restricted = self.restricted.or(names_people.then_some(true));
        let kept = || if restricted == Some(false) { Vec::new() } else { before.people.clone() };
        let people = self.people.clone().unwrap_or_else(|| if names_people { Vec::new() } else { kept() });
        Ok(Edit {
            version: self.version,
            title: self.title.clone().unwrap_or_else(|| before.title.to_string()),
            summary: self.summary.clone().unwrap_or_else(|| before.summary.to_string()),
            severity: self.severity.or(before.severity),
            services: self.services.clone().unwrap_or_else(|| before.services.clone()),
            restricted,
            people,
            others: self.others.clone(),
        })
    }
}
