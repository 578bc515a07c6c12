//! The last step of every transaction that changes something: rows of the change feed and lines of the audit log, numbered
//! without gaps in the order in which transactions are committed.

use domain::{IncidentId, ServiceId, TenantId, Timestamp};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};
use services::audit::AuditRecord;

use crate::audit::{self, FIRST_HASH};
use crate::failure::Failure;
use crate::table::{change, tenant_head};

/// Something that changed.
#[derive(Clone, Copy)]
pub(crate) struct Changed {
    entity: &'static str,
    id: Uuid,
    version: u32,
    at: Timestamp,
}

impl Changed {
    pub(crate) fn incident(id: IncidentId, version: u32, at: Timestamp) -> Self {
        Self { entity: "incident", id: id.0, version, at }
    }

    /// Services have no versions yet: they are made and stay as they are.
    pub(crate) fn service(id: ServiceId, at: Timestamp) -> Self {
        Self { entity: "service", id: id.0, version: 1, at }
    }
}

/// Writes the rows of the change feed and the audit lines. Locks the tenant's counters until the end of the transaction,
/// so it comes last.
pub(crate) async fn seal(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    changed: &[Changed],
    lines: &[&AuditRecord],
) -> Result<(), Failure> {
    if lines.iter().any(|line| line.tenant != tenant) {
        return Err(Failure::Broken("the audit line belongs to another tenant"));
    }
    let head = advance(tx, tenant, changed.len(), lines.len()).await?;
    let before = head.changes - length(changed.len());
    let rows = changed.iter().enumerate().map(|(i, one)| change::ActiveModel {
        tenant: Set(tenant.0),
        seq: Set(before + length(i) + 1),
        entity: Set(one.entity.to_owned()),
        id: Set(one.id),
        version: Set(one.version.into()),
        at: Set(one.at.micros()),
    });
    for chunk in rows.collect::<Vec<_>>().chunks(crate::stored::ROWS_PER_STATEMENT) {
        change::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    audit::append(tx, &head, lines).await
}

/// Counts on and locks the counters; the hash is still that of the line before.
async fn advance(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    changes: usize,
    lines: usize,
) -> Result<tenant_head::Model, Failure> {
    let first = tenant_head::ActiveModel {
        tenant: Set(tenant.0),
        changes: Set(length(changes)),
        audit_lines: Set(length(lines)),
        audit_hash: Set(FIRST_HASH.to_vec()),
    };
    let counter = |column| Expr::col((tenant_head::Entity, column));
    let head = tenant_head::Entity::insert(first)
        .on_conflict(
            OnConflict::column(tenant_head::Column::Tenant)
                .value(tenant_head::Column::Changes, counter(tenant_head::Column::Changes).add(length(changes)))
                .value(tenant_head::Column::AuditLines, counter(tenant_head::Column::AuditLines).add(length(lines)))
                .to_owned(),
        )
        .exec_with_returning(tx)
        .await?;
    Ok(head)
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
