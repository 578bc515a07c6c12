//! Which rows are on a page of the list, and in which order: what an index answers without sorting.

use domain::{IncidentQuery, Phase, Sort, Tab};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use services::ports::{Position, Scope};

use super::{row, sight};
use crate::stored::rank;
use crate::table::incident::{Column, Entity};

/// The rows in sight that answer the question, behind `after`, at most `limit`.
pub(super) fn page(scope: &Scope, query: IncidentQuery, after: Option<&Position>, limit: u32) -> Select<Entity> {
    let mut select = Entity::find().filter(sight::in_sight(scope)).filter(on_tab(query.tab));
    if let Some(key) = query.severity {
        select = select.filter(Column::Rank.eq(rank(Some(key))));
    }
    if let Some(after) = after {
        select = select.filter(beyond(query.sort, after));
    }
    sorted(select, query.sort).limit(u64::from(limit))
}

/// The states a tab shows. Each tab asks by the one column that its indexes are made for: what is still open by the flag
/// of the partial ones, a single phase by its number.
fn on_tab(tab: Tab) -> Condition {
    let of = |phase| Column::Phase.eq(row::phase(phase));
    let shown = Condition::all();
    match tab {
        Tab::Active => shown.add(Expr::col((Entity, Column::Active))),
        Tab::Triage => shown.add(of(Phase::Pre)),
        Tab::Resolved => shown.add(of(Phase::Post)),
        Tab::Done => shown.add(of(Phase::Done)),
        Tab::All => shown,
    }
}

fn sorted(select: Select<Entity>, sort: Sort) -> Select<Entity> {
    match sort {
        Sort::Updated => select.order_by_desc(Column::UpdatedAt),
        Sort::Declared => select.order_by_desc(Column::DeclaredAt),
        Sort::Severity => select.order_by(Column::Rank, Order::Asc).order_by_desc(Column::UpdatedAt),
        Sort::Number => select,
    }
    .order_by_desc(Column::Number)
}

/// Holds for the rows behind a position. Compared as a tuple, so that one range of the index answers it.
fn beyond(sort: Sort, after: &Position) -> Expr {
    let number = i64::from(after.number.0);
    let below = |column: Column, value: i64| {
        Expr::tuple([Expr::col((Entity, column)), Expr::col((Entity, Column::Number))])
            .lt(Expr::tuple([Expr::val(value), Expr::val(number)]))
    };
    match sort {
        Sort::Updated => below(Column::UpdatedAt, after.updated_at.micros()),
        Sort::Declared => below(Column::DeclaredAt, after.declared_at.micros()),
        Sort::Severity => {
            let rank = i16::from(after.rank);
            // The first half bounds the index, the second decides.
            Column::Rank.gte(rank).and(Column::Rank.gt(rank).or(below(Column::UpdatedAt, after.updated_at.micros())))
        }
        Sort::Number => Column::Number.lt(number),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use domain::{IncidentNumber, Reach, SeverityKey, TenantId, Timestamp, UserId};
    use sea_orm::prelude::Uuid;
    use sea_orm::{ConnectionTrait, DbBackend, QueryTrait};

    use super::*;
    use crate::{Records, RecordsOptions, RecordsUrl};

    /// How SQLite means to answer.
    async fn plan(records: &Records, select: &Select<Entity>) -> String {
        let mut statement = select.build(DbBackend::Sqlite);
        statement.sql.insert_str(0, "explain query plan ");
        let steps = records.reader.query_all_raw(statement).await.unwrap();
        let steps: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
        steps.join("; ")
    }

    /// The index that answers a question, and how many of its columns narrow it down before the order begins.
    fn index(tab: Tab, sort: Sort) -> String {
        let order = match sort {
            Sort::Updated => "update",
            Sort::Declared => "declaration",
            Sort::Severity => "severity",
            Sort::Number => "number",
        };
        match tab {
            Tab::Active => format!("USING INDEX active_by_{order} (tenant=?"),
            Tab::Triage | Tab::Resolved | Tab::Done => format!("USING INDEX phase_by_{order} (tenant=? AND phase=?"),
            // The one that keeps numbers unique.
            Tab::All if sort == Sort::Number => "USING INDEX sqlite_autoindex_incident_2 (tenant=?".to_owned(),
            Tab::All => format!("USING INDEX incident_by_{order} (tenant=?"),
        }
    }

    async fn records(folder: &tempfile::TempDir) -> Records {
        let url = RecordsUrl::file(folder.path().join("records.sqlite"));
        let records = Records::open(&url, &RecordsOptions::default()).await.unwrap();
        records.migrate().await.unwrap();
        records
    }

    fn after() -> Position {
        let at = Timestamp::from_micros(1).unwrap();
        Position { number: IncidentNumber(1), updated_at: at, declared_at: at, rank: 1 }
    }

    fn scope(reach: Reach) -> Scope {
        Scope { tenant: TenantId(Uuid::nil()), user: UserId(Uuid::nil()), reach }
    }

    /// Each tab in each order is read from an index of its own, from its beginning or from a position on, so that a page
    /// costs the same among a hundred incidents and a hundred thousand, whatever the other tabs hold.
    #[tokio::test]
    async fn each_tab_in_each_order_is_read_from_its_own_index() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(&folder).await;
        let after = after();
        for tab in Tab::ALL {
            for sort in Sort::ALL {
                for (reach, after) in [(Reach::All, None), (Reach::Named, None), (Reach::Named, Some(&after))] {
                    let query = IncidentQuery { tab, sort, ..IncidentQuery::default() };
                    let plan = plan(&records, &page(&scope(reach), query, after, 26)).await;
                    let index = index(tab, sort);
                    assert!(plan.contains(&index), "{tab} {sort} {after:?}: {index} in {plan}");
                    assert!(!plan.contains("TEMP B-TREE"), "{tab} {sort} {after:?}: {plan}");
                }
            }
        }
    }

    /// One severity in the orders that begin with it or with the last change is a stretch of the same indexes.
    #[tokio::test]
    async fn one_severity_is_a_stretch_of_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(&folder).await;
        let after = after();
        for tab in Tab::ALL {
            for (sort, after) in [(Sort::Updated, None), (Sort::Updated, Some(&after)), (Sort::Severity, None)] {
                let severity = Some(SeverityKey::Sev1);
                let query = IncidentQuery { tab, sort, severity, ..IncidentQuery::default() };
                let plan = plan(&records, &page(&scope(Reach::Named), query, after, 26)).await;
                let index = format!("{} AND rank=?", index(tab, Sort::Severity));
                assert!(plan.contains(&index), "{tab} {sort} {after:?}: {index} in {plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{tab} {sort} {after:?}: {plan}");
            }
        }
    }
}
