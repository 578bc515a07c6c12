//! Replacing the header of an incident, if nobody did in the meantime.

use domain::Incident;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use services::ports::{Record, Scope, Written};

use super::{entries, links, row, sight};
use crate::Records;
use crate::change::{Changed, seal};
use crate::failure::Failure;
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
        let Some(stored) = compare_and_set(&tx, scope, incident, record.entries.len()).await? else {
            let there = tx.query_one(&sight::visible(scope, incident.id)).await?;
            return Ok(if there.is_some() { Written::Stale } else { Written::Missing });
        };
        links::replace(&tx, incident).await?;
        let before = stored.last_seq - count_of(record.entries.len());
        let rows = entries::rows(scope.tenant, incident.id, before, &record.entries)?;
        entries::add(&tx, &rows).await?;
        let changed = Changed::incident(incident.id, incident.version, incident.updated_at);
        seal(&tx, scope.tenant, &[changed], &[&record.audit]).await?;
        tx.commit().await?;
        Ok(Written::Committed)
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
