//! The last step of every transaction that changes something: rows of the change feed and lines of the audit log, numbered
//! without gaps in the order in which transactions are committed.

use domain::{IncidentId, ServiceId, TenantId, Timestamp};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use services::audit::AuditRecord;
use services::ports::Lost;

use crate::audit::{self, FIRST_HASH};
use crate::failure::Failure;
use crate::stored;
use crate::table::{change, tenant_head};

/// How long a change can be heard of again.
const SECONDS_KEPT: i64 = 24 * 3_600;
/// Old changes removed beside new ones at most: so many that they die out, so few that nobody waits for it.
const PURGED_AT_ONCE: u64 = 500;

/// Something that changed.
#[derive(Clone)]
pub(crate) struct Changed {
    entity: &'static str,
    id: Uuid,
    version: u32,
    at: Timestamp,
    lost: Lost,
}

impl Changed {
    /// `at` is when it was written, whatever time the incident is of: the feed keeps it for a day from then.
    pub(crate) fn incident(id: IncidentId, version: u32, at: Timestamp) -> Self {
        Self { entity: stored::INCIDENT, id: id.0, version, at, lost: Lost::Nobody }
    }

    /// Services have no versions yet: they are made and stay as they are.
    pub(crate) fn service(id: ServiceId, at: Timestamp) -> Self {
        Self { entity: "service", id: id.0, version: 1, at, lost: Lost::Nobody }
    }

    /// And these people cannot see it any more.
    pub(crate) fn out_of_sight_of(self, lost: Lost) -> Self {
        Self { lost, ..self }
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
        lost: Set(stored::lost(&one.lost)),
    });
    for chunk in rows.collect::<Vec<_>>().chunks(stored::ROWS_PER_STATEMENT) {
        change::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    if let Some(last) = changed.last() {
        purge(tx, tenant, last.at).await?;
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

/// Removes changes that are older than a day. The counters are locked, so nobody else does the same. Only from the beginning
/// of the feed: what is kept has no gaps.
async fn purge(tx: &DatabaseTransaction, tenant: TenantId, now: Timestamp) -> Result<(), Failure> {
    let kept_from = now.plus_seconds(-SECONDS_KEPT).micros();
    let oldest = |limit| {
        change::Entity::find()
            .select_only()
            .columns([change::Column::Seq, change::Column::At])
            .filter(change::Column::Tenant.eq(tenant.0))
            .order_by_asc(change::Column::Seq)
            .limit(limit)
            .into_tuple::<(i64, i64)>()
    };
    let is_old = |row: &(i64, i64)| row.1 <= kept_from;
    // Mostly there is nothing to remove, and the first row tells.
    if !oldest(1).one(tx).await?.as_ref().is_some_and(is_old) {
        return Ok(());
    }
    let old = oldest(PURGED_AT_ONCE).all(tx).await?;
    if let Some((last, _)) = old.into_iter().take_while(is_old).last() {
        change::Entity::delete_many()
            .filter(change::Column::Tenant.eq(tenant.0))
            .filter(change::Column::Seq.lte(last))
            .exec(tx)
            .await?;
    }
    Ok(())
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
