//! Taking in a batch of incidents.

use std::collections::{HashMap, HashSet};

use domain::{IncidentNumber, ServiceId, TenantId};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use services::audit::AuditRecord;
use services::ports::{ImportCount, NewService, Portable};

use super::{counter, entries, links, row};
use crate::Records;
use crate::change::{Changed, seal};
use crate::directory::{Ensured, ensure};
use crate::failure::Failure;
use crate::stored::ROWS_PER_STATEMENT;
use crate::table::incident::{Column, Entity};

impl Records {
    pub(super) async fn import_incidents(
        &self,
        tenant: TenantId,
        services: &[NewService],
        batch: &[Portable],
        line: &AuditRecord,
    ) -> Result<ImportCount, Failure> {
        if batch.iter().any(|one| one.incident.tenant != tenant) {
            return Err(Failure::Broken("an imported incident belongs to another tenant"));
        }
        let tx = self.write(tenant).await?;
        // Taking no number holds the counter, so that no other import adds the same origins or services meanwhile.
        counter::take(&tx, tenant, 0).await?;
        let Ensured { ids, made } = ensure(&tx, tenant, services).await?;
        let mut known = known_origins(&tx, tenant, batch).await?;
        let new = batch.iter().filter(|one| known.insert(one.origin.clone()));
        let new: Vec<Portable> = new.map(|one| with_services(one, &ids)).collect();
        add(&tx, tenant, &new).await?;
        let services = made.iter().map(|new| Changed::service(new.service.id, line.at));
        let incidents = new.iter().map(|one| &one.incident);
        let incidents = incidents.map(|it| Changed::incident(it.id, it.version, line.at));
        let lines: Vec<_> = made.iter().map(|new| &new.audit).chain([line]).collect();
        seal(&tx, tenant, &services.chain(incidents).collect::<Vec<_>>(), &lines).await?;
        tx.commit().await?;
        let size = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        Ok(ImportCount { created: size(new.len()), present: size(batch.len() - new.len()) })
    }
}

/// The incident with the services that are meant.
fn with_services(one: &Portable, ids: &HashMap<ServiceId, ServiceId>) -> Portable {
    let mut one = one.clone();
    for service in &mut one.incident.services {
        *service = ids.get(service).copied().unwrap_or(*service);
    }
    one
}

async fn known_origins(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    batch: &[Portable],
) -> Result<HashSet<String>, Failure> {
    let mut known = HashSet::new();
    for chunk in batch.chunks(ROWS_PER_STATEMENT) {
        let origins: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Origin)
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Origin.is_in(chunk.iter().map(|one| one.origin.as_str())))
            .into_tuple()
            .all(tx)
            .await?;
        known.extend(origins);
    }
    Ok(known)
}

/// Adds incidents with their timelines, under the tenant's next numbers.
async fn add(tx: &DatabaseTransaction, tenant: TenantId, new: &[Portable]) -> Result<(), Failure> {
    let IncidentNumber(first) = counter::take(tx, tenant, new.len()).await?;
    let mut headers = Vec::with_capacity(new.len());
    let mut timeline = Vec::new();
    for (number, one) in (first..).map(IncidentNumber).zip(new) {
        headers.push(row::new_row(&one.incident, number, &one.origin, one.entries.len()));
        timeline.extend(entries::rows(tenant, one.incident.id, 0, &one.entries)?);
    }
    for chunk in headers.chunks(ROWS_PER_STATEMENT) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    links::add(tx, new.iter().map(|one| &one.incident)).await?;
    entries::add(tx, &timeline).await
}
