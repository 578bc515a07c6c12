//! What a person may see, as a condition. Every query about incidents carries it.

use domain::{IncidentId, Reach, TenantId, UserId, Visibility};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use services::ports::Scope;

use crate::table::{incident, incident_person};

/// Holds for the incidents in sight.
pub(super) fn in_sight(scope: &Scope) -> Condition {
    let own = of_tenant(scope.tenant);
    match scope.reach {
        Reach::All => own,
        Reach::Named => own.add(
            Condition::any()
                .add(incident::Column::Visibility.eq(Visibility::Tenant.as_str()))
                .add(Expr::exists(naming(scope.user))),
        ),
    }
}

/// Holds for the incidents of a tenant that nobody has deleted.
pub(super) fn of_tenant(tenant: TenantId) -> Condition {
    Condition::all().add(incident::Column::Tenant.eq(tenant.0)).add(incident::Column::DeletedAt.is_null())
}

/// Finds a row if this incident is in sight: the guard of queries about what hangs on it.
pub(super) fn visible(scope: &Scope, id: IncidentId) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(incident::Entity)
        .cond_where(in_sight(scope))
        .and_where(incident::Column::Id.eq(id.0))
        .to_owned()
}

/// The row that names a person in the incident of the query around it.
fn naming(person: UserId) -> SelectStatement {
    let column = |column| Expr::col((incident_person::Entity, column));
    let around = |column| Expr::col((incident::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(incident_person::Entity)
        .and_where(column(incident_person::Column::Tenant).eq(around(incident::Column::Tenant)))
        .and_where(column(incident_person::Column::Incident).eq(around(incident::Column::Id)))
        .and_where(column(incident_person::Column::Person).eq(person.0))
        .to_owned()
}
