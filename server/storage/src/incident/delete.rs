//! Taking an incident out of everybody's sight. The row stays, so that its number and its origin stay taken and its
//! timeline has something to hang on.

use domain::IncidentId;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use services::audit::AuditRecord;
use services::ports::{Scope, Written};

use super::sight;
use crate::Records;
use crate::change::{Changed, seal};
use crate::failure::Failure;
use crate::stored::count;
use crate::table::incident::{Column, Entity};

impl Records {
    pub(super) async fn delete_incident(
        &self,
        scope: &Scope,
        id: IncidentId,
        version: Option<u32>,
        line: &AuditRecord,
    ) -> Result<Written, Failure> {
        let tx = self.write(scope.tenant).await?;
        let mut update = Entity::update_many()
            .col_expr(Column::DeletedAt, Expr::val(line.at.micros()))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(sight::in_sight(scope))
            .filter(Column::Id.eq(id.0));
        if let Some(version) = version {
            update = update.filter(Column::Version.eq(i64::from(version)));
        }
        let Some(stored) = update.exec_with_returning(&tx).await?.into_iter().next() else {
            let there = tx.query_one(&sight::visible(scope, id)).await?;
            return Ok(if there.is_some() { Written::Stale } else { Written::Missing });
        };
        let version = count("incident.version", stored.version)?;
        seal(&tx, scope.tenant, &[Changed::incident(id, version, line.at)], &[line]).await?;
        tx.commit().await?;
        Ok(Written::Committed)
    }
}
