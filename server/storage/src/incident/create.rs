//! Storing a new incident.

use domain::{Incident, IncidentId, IncidentNumber, UserId};
use sea_orm::EntityTrait;
use sea_orm::prelude::Uuid;
use services::ports::{IdempotencyKey, Once, Record};

use super::{counter, entries, links, row};
use crate::Records;
use crate::change::{Changed, seal};
use crate::failure::Failure;
use crate::idempotency::{Claim, Claimant, claim};
use crate::table::incident;

impl Records {
    pub(super) async fn create_incident(
        &self,
        incident: &Incident,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<IncidentNumber>, Failure> {
        let tenant = incident.tenant;
        let tx = self.write(tenant).await?;
        let number = counter::take(&tx, tenant, 1).await?;
        if let Some(key) = key {
            let by = Claimant { tenant, user: record.audit.actor.unwrap_or(UserId(Uuid::nil())), now: record.audit.at };
            match claim(&tx, by, key, number.0.into()).await? {
                Claim::Ours => {}
                Claim::Same(before) => return Ok(Once::Before(before)),
                Claim::Other => return Ok(Once::KeyReused),
            }
        }
        let origin = own_origin(incident.id);
        let new = row::new_row(incident, number, &origin, record.entries.len());
        incident::Entity::insert(new).exec_without_returning(&tx).await?;
        links::add(&tx, std::iter::once(incident)).await?;
        let rows = entries::rows(tenant, incident.id, 0, &record.entries)?;
        entries::add(&tx, &rows).await?;
        let mut line = record.audit.clone();
        line.target = format!("incident:{number}");
        let changed = Changed::incident(incident.id, incident.version, incident.updated_at);
        seal(&tx, tenant, &[changed], &[&line]).await?;
        tx.commit().await?;
        Ok(Once::Done(number))
    }
}

/// The origin of what was declared here: exported and taken in again, it is known to be the same.
fn own_origin(id: IncidentId) -> String {
    format!("muster:{id}")
}
