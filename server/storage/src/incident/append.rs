//! Adding to a timeline without touching the header.

use domain::{IncidentId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use services::ports::{IdempotencyKey, Once, Record, Scope, Written};

use super::{entries, sight};
use crate::Records;
use crate::change::{Changed, seal};
use crate::failure::Failure;
use crate::idempotency::{Claim, Claimant, claim};
use crate::stored::count;
use crate::table::incident::{Column, Entity};

impl Records {
    pub(super) async fn append_entries(
        &self,
        scope: &Scope,
        id: IncidentId,
        updated_at: Timestamp,
        taken_up: Option<Timestamp>,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Once<Written>, Failure> {
        let tx = self.write(scope.tenant).await?;
        let added = i64::try_from(record.entries.len()).unwrap_or(i64::MAX);
        // Holds the row until the end: whoever adds next continues after these entries.
        let mut update = Entity::update_many();
        if let Some(at) = taken_up {
            let first = Func::coalesce([Expr::col(Column::AcknowledgedAt), Expr::val(at.micros())]);
            update = update.col_expr(Column::AcknowledgedAt, first.into());
        }
        let rows = update
            .col_expr(Column::UpdatedAt, Expr::val(updated_at.micros()))
            .col_expr(Column::LastSeq, Expr::col(Column::LastSeq).add(added))
            .filter(sight::in_sight(scope))
            .filter(Column::Id.eq(id.0))
            .exec_with_returning(&tx)
            .await?;
        let Some(stored) = rows.into_iter().next() else {
            return Ok(Once::Done(Written::Missing));
        };
        if let Some(key) = key {
            let by = Claimant { tenant: scope.tenant, user: scope.user, now: record.audit.at };
            match claim(&tx, by, key, stored.number).await? {
                Claim::Ours => {}
                Claim::Same(before) => return Ok(Once::Before(before)),
                Claim::Other => return Ok(Once::KeyReused),
            }
        }
        let rows = entries::rows(scope.tenant, id, stored.last_seq - added, &record.entries)?;
        entries::add(&tx, &rows).await?;
        let version = count("incident.version", stored.version)?;
        let changed = Changed::incident(id, version, updated_at);
        seal(&tx, scope.tenant, &[changed], &[&record.audit]).await?;
        tx.commit().await?;
        Ok(Once::Done(Written::Committed))
    }
}
