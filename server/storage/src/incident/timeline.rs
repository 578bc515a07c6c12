//! Reading a timeline.

use domain::{Entry, EntryKind, IncidentId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use services::ports::Scope;

use super::{entries, sight};
use crate::Records;
use crate::failure::Failure;
use crate::stored::count;
use crate::table::timeline_entry::{Column, Entity};

/// Changes shown to somebody who looked at an older version.
const CHANGES: u64 = 50;

impl Records {
    pub(super) async fn timeline_of(
        &self,
        scope: &Scope,
        incident: IncidentId,
        newest_first: bool,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<(u32, Entry)>, Failure> {
        let tx = self.read(scope.tenant).await?;
        let mut select = entries_in_sight(scope, incident);
        if let Some(before) = before.map(i64::from) {
            select = select.filter(if newest_first { Column::Seq.lt(before) } else { Column::Seq.gt(before) });
        }
        let order = if newest_first { Order::Desc } else { Order::Asc };
        let rows = select.order_by(Column::Seq, order).limit(u64::from(limit)).all(&tx).await?;
        rows.into_iter().map(|row| Ok((count("timeline_entry.seq", row.seq)?, entries::entry(row)?))).collect()
    }

    pub(super) async fn changes_of(
        &self,
        scope: &Scope,
        incident: IncidentId,
        version: u32,
    ) -> Result<Vec<Entry>, Failure> {
        let tx = self.read(scope.tenant).await?;
        let rows = entries_in_sight(scope, incident)
            .filter(Column::Version.gt(i64::from(version)))
            .filter(Column::Kind.ne(EntryKind::Note.as_str()))
            .order_by_asc(Column::Seq)
            .limit(CHANGES)
            .all(&tx)
            .await?;
        rows.into_iter().map(entries::entry).collect()
    }
}

/// The entries of an incident, if it is in sight.
fn entries_in_sight(scope: &Scope, incident: IncidentId) -> Select<Entity> {
    Entity::find()
        .filter(Column::Tenant.eq(scope.tenant.0))
        .filter(Column::Incident.eq(incident.0))
        .filter(Expr::exists(sight::visible(scope, incident)))
}
