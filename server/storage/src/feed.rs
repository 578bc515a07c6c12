//! The change feed, read from a place on.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{IncidentNumber, TenantId, UserId, Visibility};
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use services::ports::{Change, ChangeFeed, Heard, Sight, StoreError};

use crate::Records;
use crate::failure::Failure;
use crate::stored::{INCIDENT, ROWS_PER_STATEMENT, count, read, read_lost};
use crate::table::{change, incident, incident_person, tenant_head};

#[async_trait]
impl ChangeFeed for Records {
    async fn head(&self, tenant: TenantId) -> Result<u64, StoreError> {
        Ok(self.feed_head(tenant).await?)
    }

    async fn heard(&self, tenant: TenantId, after: u64, most: u32) -> Result<Heard, StoreError> {
        Ok(self.feed_after(tenant, after, most).await?)
    }

    async fn sight(&self, tenant: TenantId, number: IncidentNumber) -> Result<Option<Sight>, StoreError> {
        Ok(self.sight_of(tenant, number).await?)
    }
}

impl Records {
    async fn feed_head(&self, tenant: TenantId) -> Result<u64, Failure> {
        let tx = self.read(tenant).await?;
        head(&tx, tenant).await
    }

    async fn feed_after(&self, tenant: TenantId, after: u64, most: u32) -> Result<Heard, Failure> {
        let tx = self.read(tenant).await?;
        let head = head(&tx, tenant).await?;
        match head.checked_sub(after) {
            Some(0) => return Ok(Heard::Changes { head, changes: Vec::new() }),
            Some(places) if places <= u64::from(most) => {}
            Some(_) | None => return Ok(Heard::Reset { head }),
        }
        let rows = change::Entity::find()
            .filter(change::Column::Tenant.eq(tenant.0))
            .filter(change::Column::Seq.gt(i64::try_from(after).unwrap_or(i64::MAX)))
            .order_by_asc(change::Column::Seq)
            .all(&tx)
            .await?;
        // What was removed was removed from the beginning on.
        if rows.first().is_none_or(|first| place(first.seq) != after + 1) {
            return Ok(Heard::Reset { head });
        }
        let sights = sights(&tx, tenant, &rows).await?;
        let mut changes = Vec::with_capacity(rows.len());
        for row in rows {
            let Some((number, sight)) = sights.get(&row.id) else { continue };
            changes.push(Change {
                seq: place(row.seq),
                number: *number,
                version: count("change.version", row.version)?,
                sight: sight.clone(),
                lost: read_lost(row.lost.as_deref())?,
            });
        }
        Ok(Heard::Changes { head, changes })
    }

    async fn sight_of(&self, tenant: TenantId, number: IncidentNumber) -> Result<Option<Sight>, Failure> {
        let tx = self.read(tenant).await?;
        let found = incident::Entity::find()
            .select_only()
            .columns([incident::Column::Id, incident::Column::Visibility])
            .filter(incident::Column::Tenant.eq(tenant.0))
            .filter(incident::Column::Number.eq(i64::from(number.0)))
            .filter(incident::Column::DeletedAt.is_null())
            .into_tuple::<(Uuid, String)>();
        let Some((id, visibility)) = found.one(&tx).await? else { return Ok(None) };
        let visibility = read("incident.visibility", &visibility)?;
        let people = match visibility {
            Visibility::Tenant => Vec::new(),
            Visibility::Restricted => people(&tx, tenant, &[id]).await?.remove(&id).unwrap_or_default(),
        };
        Ok(Some(Sight { visibility, people }))
    }
}

/// No tenant has a counter before its first change.
async fn head(tx: &DatabaseTransaction, tenant: TenantId) -> Result<u64, Failure> {
    let head = tenant_head::Entity::find_by_id(tenant.0)
        .select_only()
        .column(tenant_head::Column::Changes)
        .into_tuple::<i64>();
    Ok(place(head.one(tx).await?.unwrap_or_default()))
}

/// Places count up from 1.
fn place(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}

/// The incidents among some changes with whom they are open to, deleted ones too: whoever could see one hears that it is
/// gone.
async fn sights(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    rows: &[change::Model],
) -> Result<HashMap<Uuid, (IncidentNumber, Sight)>, Failure> {
    let mut ids: Vec<Uuid> = rows.iter().filter(|row| row.entity == INCIDENT).map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut sights = HashMap::with_capacity(ids.len());
    let mut restricted = Vec::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let found = incident::Entity::find()
            .select_only()
            .columns([incident::Column::Id, incident::Column::Number, incident::Column::Visibility])
            .filter(incident::Column::Tenant.eq(tenant.0))
            .filter(incident::Column::Id.is_in(chunk.iter().copied()))
            .into_tuple::<(Uuid, i64, String)>();
        for (id, number, visibility) in found.all(tx).await? {
            let visibility = read("incident.visibility", &visibility)?;
            if visibility == Visibility::Restricted {
                restricted.push(id);
            }
            let number = IncidentNumber(count("incident.number", number)?);
            sights.insert(id, (number, Sight { visibility, people: Vec::new() }));
        }
    }
    for (id, people) in people(tx, tenant, &restricted).await? {
        if let Some((_, sight)) = sights.get_mut(&id) {
            sight.people = people;
        }
    }
    Ok(sights)
}

/// The people whom these incidents name.
async fn people(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    incidents: &[Uuid],
) -> Result<HashMap<Uuid, Vec<UserId>>, Failure> {
    let mut people: HashMap<Uuid, Vec<UserId>> = HashMap::new();
    for chunk in incidents.chunks(ROWS_PER_STATEMENT) {
        let named = incident_person::Entity::find()
            .filter(incident_person::Column::Tenant.eq(tenant.0))
            .filter(incident_person::Column::Incident.is_in(chunk.iter().copied()))
            .order_by_asc(incident_person::Column::Person);
        for row in named.all(tx).await? {
            people.entry(row.incident).or_default().push(UserId(row.person));
        }
    }
    Ok(people)
}
