//! Entries of a timeline as rows, and back.

use domain::{Entry, EntryId, IncidentId, TenantId, UserId};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use crate::failure::Failure;
use crate::stored::{ROWS_PER_STATEMENT, count, instant};
use crate::table::timeline_entry::{ActiveModel, Entity, Model};

/// Rows of entries that follow entry number `last` of their incident.
pub(super) fn rows(
    tenant: TenantId,
    incident: IncidentId,
    last: i64,
    entries: &[Entry],
) -> Result<Vec<ActiveModel>, Failure> {
    (last + 1..)
        .zip(entries)
        .map(|(seq, entry)| {
            Ok(ActiveModel {
                tenant: Set(tenant.0),
                incident: Set(incident.0),
                seq: Set(seq),
                id: Set(entry.id.0),
                kind: Set(entry.what.as_str().to_owned()),
                data: Set(
                    serde_json::to_string(&entry.what).map_err(|why| Failure::damaged("timeline_entry.data", why))?
                ),
                occurred_at: Set(entry.occurred_at.micros()),
                recorded_at: Set(entry.recorded_at.micros()),
                actor: Set(entry.actor.map(|actor| actor.0)),
                actor_name: Set(entry.actor_name.clone()),
                body: Set(entry.body.clone()),
                version: Set(entry.version.into()),
            })
        })
        .collect()
}

/// Adds rows.
pub(super) async fn add(tx: &DatabaseTransaction, rows: &[ActiveModel]) -> Result<(), Failure> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The entry of a row.
pub(super) fn entry(row: Model) -> Result<Entry, Failure> {
    Ok(Entry {
        id: EntryId(row.id),
        what: serde_json::from_str(&row.data).map_err(|why| Failure::damaged("timeline_entry.data", why))?,
        occurred_at: instant(row.occurred_at)?,
        recorded_at: instant(row.recorded_at)?,
        actor: row.actor.map(UserId),
        actor_name: row.actor_name,
        body: row.body,
        version: count("timeline_entry.version", row.version)?,
    })
}
