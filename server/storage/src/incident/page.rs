//! Which rows are on a page of the list, and in which order: what an index answers without sorting.

use domain::{IncidentQuery, Phase, Sort, Status, Tab};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use services::ports::{Position, Scope};

use super::sight;
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

/// The states a tab shows. What is still open is asked for by the flag that the partial indexes are made for.
fn on_tab(tab: Tab) -> Condition {
    let open = |status: Status| matches!(status.phase(), Phase::Pre | Phase::Live);
    let mut shown = Condition::all();
    if tab.statuses().all(open) {
        shown = shown.add(Expr::col((Entity, Column::Active)));
    }
    match tab {
        Tab::Active | Tab::All => shown,
        Tab::Triage | Tab::Resolved | Tab::Done => shown.add(Column::Status.is_in(tab.statuses().map(Status::as_str))),
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
    use domain::{IncidentNumber, Reach, TenantId, Timestamp, UserId};
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

    /// Each order of the list is read from an index, so that a page costs the same among a hundred incidents and a
    /// hundred thousand; the tabs of what is open from the small indexes that hold nothing else.
    #[tokio::test]
    async fn no_order_of_the_list_needs_sorting() {
        let folder = tempfile::tempdir().unwrap();
        let url = RecordsUrl::file(folder.path().join("records.sqlite"));
        let records = Records::open(&url, &RecordsOptions::default()).await.unwrap();
        records.migrate().await.unwrap();
        let at = Timestamp::from_micros(1).unwrap();
        let after = Position { number: IncidentNumber(1), updated_at: at, declared_at: at, rank: 1 };
        for tab in Tab::ALL {
            for sort in Sort::ALL {
                for (reach, after) in [(Reach::All, None), (Reach::Named, None), (Reach::Named, Some(&after))] {
                    let scope = Scope { tenant: TenantId(Uuid::nil()), user: UserId(Uuid::nil()), reach };
                    let query = IncidentQuery { tab, sort, ..IncidentQuery::default() };
                    let plan = plan(&records, &page(&scope, query, after, 26)).await;
                    assert!(!plan.contains("TEMP B-TREE"), "{tab} {sort} {after:?}: {plan}");
                    let open = matches!(tab, Tab::Active | Tab::Triage);
                    assert_eq!(plan.contains("USING INDEX active_by"), open, "{tab} {sort} {after:?}: {plan}");
                }
            }
        }
    }
}
