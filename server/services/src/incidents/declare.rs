//! Declaring an incident.

use domain::{
    DomainError, EntryKind, Incident, IncidentId, IncidentNumber, Kind, Milestones, Operation, ServiceId, SeverityKey,
    Source, Status, Summary, Title, UserId, Visibility,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::input::{Fields, NAMED_BUT_OPEN, distinct, once};
use crate::audit::Caller;
use crate::directory::shown;
use crate::ports::{Once, Record};
use crate::{IncidentService, ServiceError};

/// What somebody typed to declare an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declare {
    /// One line.
    pub title: String,
    /// Markdown; may be empty.
    pub summary: String,
    /// Needed unless it goes to triage.
    pub severity: Option<SeverityKey>,
    /// What it affects.
    pub services: Vec<ServiceId>,
    /// Open only to the people named (and the declarer).
    pub restricted: bool,
    /// The people a restricted incident is open to.
    pub people: Vec<UserId>,
    /// More of them by their names, one a line: a form does not offer everybody.
    pub others: String,
    /// Start in triage instead of investigating.
    pub triage: bool,
    /// An exercise.
    pub test: bool,
    /// By which way it comes.
    pub source: Source,
    /// Sending the same declaration twice under one key makes one incident.
    pub idempotency_key: Option<String>,
}

impl IncidentService {
    /// Declares an incident and says its number.
    ///
    /// # Errors
    /// Forbidden without the role; invalid with every field that is wrong; unavailable or internal if the store fails.
    pub async fn declare(&self, caller: &Caller, declare: &Declare) -> Result<IncidentNumber, ServiceError> {
        self.allow(caller, Operation::Declare, "incident.declare", "").await?;
        if declare.restricted {
            self.allow(caller, Operation::Restrict, "incident.restrict", "").await?;
        }
        let key = once(declare.idempotency_key.as_deref(), declare)?;
        let incident = self.plan(caller, declare).await?;
        let at = incident.times.declared_at;
        let declared = EntryKind::Declared { status: incident.status, severity: incident.severity };
        let record = Record {
            entries: vec![self.entry(&caller.actor, declared, at, "", 1)],
            audit: self.line(caller, "incident.declare", String::new()).with_detail(json!({
                "status": incident.status, "severity": incident.severity, "visibility": incident.visibility,
            })),
        };
        match self.store.create(&incident, &record, key.as_ref()).await? {
            Once::Done(number) | Once::Before(number) => Ok(number),
            Once::KeyReused => Err(DomainError::KeyReused.into()),
        }
    }

    async fn plan(&self, caller: &Caller, declare: &Declare) -> Result<Incident, ServiceError> {
        let tenant = caller.actor.tenant;
        let mut fields = Fields::default();
        let title = fields.read::<Title>("title", &declare.title);
        let summary = fields.read::<Summary>("summary", &declare.summary);
        if declare.severity.is_none() && !declare.triage {
            fields.fault("severity", "is needed, unless the incident starts in triage");
        }
        if !declare.restricted && (!declare.people.is_empty() || !declare.others.trim().is_empty()) {
            fields.fault("people", NAMED_BUT_OPEN);
        }
        let services = distinct(&declare.services);
        let mut named = Vec::new();
        if declare.restricted {
            named.extend_from_slice(&declare.people);
            named.extend(self.called(tenant, &declare.others, &mut fields).await?);
        }
        let named = distinct(&named);
        self.check_references(tenant, &services, &named, &mut fields).await?;
        fields.finish()?;
        let (Some(title), Some(summary)) = (title, summary) else {
            return Err(DomainError::Invalid(Vec::new()).into());
        };
        let now = self.clock.now();
        let mut times = Milestones::declared(now);
        if !declare.triage {
            times.acknowledged_at = Some(now);
        }
        let people = if declare.restricted {
            let mut people = named;
            people.push(caller.actor.id);
            distinct(&people)
        } else {
            Vec::new()
        };
        Ok(Incident {
            id: IncidentId(self.ids.next()),
            tenant,
            number: IncidentNumber(0),
            title,
            summary,
            kind: if declare.test { Kind::Test } else { Kind::Incident },
            status: if declare.triage { Status::Triage } else { Status::Investigating },
            severity: declare.severity,
            visibility: if declare.restricted { Visibility::Restricted } else { Visibility::Tenant },
            people,
            services,
            source: declare.source,
            times,
            reopen_count: 0,
            version: 1,
            created_by: Some(caller.actor.id),
            created_by_name: shown(&caller.actor.name),
            created_at: now,
            updated_at: now,
        })
    }
}
