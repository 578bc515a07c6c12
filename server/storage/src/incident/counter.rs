//! The numbers of a tenant's incidents.

use domain::{IncidentNumber, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::failure::Failure;
use crate::stored::count;
use crate::table::tenant;

/// Takes the next `amount` numbers and says the first. Holds the tenant's counter until the end of the transaction, so
/// that a number is given once and a transaction that is taken back leaves no gap.
pub(super) async fn take(tx: &DatabaseTransaction, tenant: TenantId, amount: usize) -> Result<IncidentNumber, Failure> {
    let amount = i64::try_from(amount).unwrap_or(i64::MAX);
    let next = tenant::Column::NextNumber;
    let rows = tenant::Entity::update_many()
        .col_expr(next, Expr::col(next).add(amount))
        .filter(tenant::Column::Id.eq(tenant.0))
        .exec_with_returning(tx)
        .await?;
    let row =
        rows.into_iter().next().ok_or(Failure::Broken("the tenant is not there; it is made at the first sign-in"))?;
    Ok(IncidentNumber(count("tenant.next_number", row.next_number - amount)?))
}
