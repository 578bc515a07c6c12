//! Taking incidents out, with all that belongs to them.

use std::collections::HashMap;

use domain::{Entry, IncidentNumber, TenantId};
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use services::ports::Portable;

use super::{entries, links, row, sight};
use crate::Records;
use crate::failure::Failure;
use crate::table::{incident, timeline_entry};

impl Records {
    pub(super) async fn export_incidents(
        &self,
        tenant: TenantId,
        after: Option<IncidentNumber>,
        limit: u32,
    ) -> Result<Vec<Portable>, Failure> {
        let tx = self.read(tenant).await?;
        let after = after.map_or(0, |number| i64::from(number.0));
        let rows = incident::Entity::find()
            .filter(sight::of_tenant(tenant))
            .filter(incident::Column::Number.gt(after))
            .order_by_asc(incident::Column::Number)
            .limit(u64::from(limit))
            .all(&tx)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut links = links::of(&tx, tenant, &ids).await?;
        let mut timelines = timelines(&tx, tenant, &ids).await?;
        rows.into_iter()
            .map(|row| {
                let (people, services) = links.take(row.id);
                Ok(Portable {
                    origin: row.origin.clone(),
                    entries: timelines.remove(&row.id).unwrap_or_default(),
                    incident: row::incident(&row, people, services)?,
                })
            })
            .collect()
    }
}

async fn timelines(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    incidents: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Entry>>, Failure> {
    let rows = timeline_entry::Entity::find()
        .filter(timeline_entry::Column::Tenant.eq(tenant.0))
        .filter(timeline_entry::Column::Incident.is_in(incidents.iter().copied()))
        .order_by_asc(timeline_entry::Column::Incident)
        .order_by_asc(timeline_entry::Column::Seq)
        .all(tx)
        .await?;
    let mut timelines: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    for row in rows {
        let of = timelines.entry(row.incident).or_default();
        of.push(entries::entry(row)?);
    }
    Ok(timelines)
}
