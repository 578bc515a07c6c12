//! Replacing the header of an incident, if nobody did in the meantime.

use domain::{Incident, UserId, Visibility};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use services::ports::{Lost, Record, Scope, Written};

use super::{entries, links, row, sight};
use crate::Records;
use crate::change::{Changed, seal};
use crate::failure::Failure;
use crate::stored::read;
use crate::table::incident::{Column, Entity, Model};

impl Records {
    pub(super) async fn update_incident(
        &self,
        scope: &Scope,
        incident: &Incident,
        record: &Record,
    ) -> Result<Written, Failure> {
        if incident.tenant != scope.tenant {
            return Ok(Written::Missing);
        }
        let tx = self.write(scope.tenant).await?;
        let open_to = visibility(&tx, scope, incident).await?;
        let Some(stored) = compare_and_set(&tx, scope, incident, record.entries.len()).await? else {
            let there = tx.query_one(&sight::visible(scope, incident.id)).await?;
            return Ok(if there.is_some() { Written::Stale } else { Written::Missing });
        };
        let named = links::replace(&tx, incident).await?;
        let before = stored.last_seq - count_of(record.entries.len());
        let rows = entries::rows(scope.tenant, incident.id, before, &record.entries)?;
        entries::add(&tx, &rows).await?;
        let changed = Changed::incident(incident.id, incident.version, incident.updated_at)
            .out_of_sight_of(lost(open_to, named, incident));
        seal(&tx, scope.tenant, &[changed], &[&record.audit]).await?;
        tx.commit().await?;
        Ok(Written::Committed)
    }
}

/// Whom the stored incident is open to. Holds its row, so that this is what the update replaces.
async fn visibility(
    tx: &DatabaseTransaction,
    scope: &Scope,
    incident: &Incident,
) -> Result<Option<Visibility>, Failure> {
    let stored = Entity::find()
        .select_only()
        .column(Column::Visibility)
        .filter(sight::in_sight(scope))
        .filter(Column::Id.eq(incident.id.0))
        .lock_exclusive()
        .into_tuple::<String>();
    let stored = stored.one(tx).await?;
    stored.map(|text| read("incident.visibility", &text)).transpose()
}

/// Who could see the incident before and cannot now. People who see all incidents never lose sight of one, and are told of
/// every change anyway.
fn lost(open_to: Option<Visibility>, named: Vec<UserId>, now: &Incident) -> Lost {
    match (open_to, now.visibility) {
        (_, Visibility::Tenant) | (None, Visibility::Restricted) => Lost::Nobody,
        (Some(Visibility::Tenant), Visibility::Restricted) => Lost::Everybody,
        (Some(Visibility::Restricted), Visibility::Restricted) => {
            let gone: Vec<_> = named.into_iter().filter(|person| !now.people.contains(person)).collect();
            if gone.is_empty() { Lost::Nobody } else { Lost::People(gone) }
        }
    }
}

/// Writes the header where the stored version is the one before, and counts the new entries.
async fn compare_and_set(
    tx: &DatabaseTransaction,
    scope: &Scope,
    incident: &Incident,
    entries: usize,
) -> Result<Option<Model>, Failure> {
    let rows = Entity::update_many()
        .set(row::changing(incident))
        .col_expr(Column::LastSeq, Expr::col(Column::LastSeq).add(count_of(entries)))
        .filter(sight::in_sight(scope))
        .filter(Column::Id.eq(incident.id.0))
        .filter(Column::Version.eq(i64::from(incident.version) - 1))
        .exec_with_returning(tx)
        .await?;
    Ok(rows.into_iter().next())
}

fn count_of(entries: usize) -> i64 {
    i64::try_from(entries).unwrap_or(i64::MAX)
}
