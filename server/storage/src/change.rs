//! The last step of every transaction that changes something: the row of the change feed and the line of the audit log,
//! numbered without gaps in the order in which transactions are committed.

use domain::{IncidentId, TenantId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};
use services::audit::AuditRecord;

use crate::audit::{self, FIRST_HASH};
use crate::failure::Failure;
use crate::table::{change, tenant_head};

/// An incident that changed.
#[derive(Clone, Copy)]
pub(crate) struct Changed {
    pub id: IncidentId,
    pub version: u32,
    pub at: Timestamp,
}

/// Writes the rows of the change feed and the audit line. Locks the tenant's counters until the end of the transaction,
/// so it comes last.
pub(crate) async fn seal(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    changed: &[Changed],
    line: &AuditRecord,
) -> Result<(), Failure> {
    if line.tenant != tenant {
        return Err(Failure::Broken("the audit line belongs to another tenant"));
    }
    let head = advance(tx, tenant, changed.len()).await?;
    let before = head.changes - length(changed.len());
    let rows = changed.iter().enumerate().map(|(i, one)| change::ActiveModel {
        tenant: Set(tenant.0),
        seq: Set(before + length(i) + 1),
        entity: Set("incident".to_owned()),
        id: Set(one.id.0),
        version: Set(one.version.into()),
        at: Set(one.at.micros()),
    });
    for chunk in rows.collect::<Vec<_>>().chunks(crate::stored::ROWS_PER_STATEMENT) {
        change::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    audit::append(tx, &head, line).await
}

/// Counts on and locks the counters; the hash is still that of the line before.
async fn advance(tx: &DatabaseTransaction, tenant: TenantId, changes: usize) -> Result<tenant_head::Model, Failure> {
    let first = tenant_head::ActiveModel {
        tenant: Set(tenant.0),
        changes: Set(length(changes)),
        audit_lines: Set(1),
        audit_hash: Set(FIRST_HASH.to_vec()),
    };
    let counter = |column| Expr::col((tenant_head::Entity, column));
    let head = tenant_head::Entity::insert(first)
        .on_conflict(
            OnConflict::column(tenant_head::Column::Tenant)
                .value(tenant_head::Column::Changes, counter(tenant_head::Column::Changes).add(length(changes)))
                .value(tenant_head::Column::AuditLines, counter(tenant_head::Column::AuditLines).add(1_i64))
                .to_owned(),
        )
        .exec_with_returning(tx)
        .await?;
    Ok(head)
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
