//! Doing a request once, however often it is sent.

use domain::{IncidentNumber, TenantId, Timestamp, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use services::ports::IdempotencyKey;

use crate::failure::Failure;
use crate::stored::count;
use crate::table::idempotency_key::{ActiveModel, Column, Entity};

/// How long a key is kept.
const SECONDS_KEPT: i64 = 24 * 3_600;
/// Expired keys removed beside one new key: more than one, so that they die out; few, so that nobody waits for it.
const PURGED_AT_ONCE: u64 = 20;

/// What became of a key.
pub(crate) enum Claim {
    /// It was free; it is taken now, by this transaction.
    Ours,
    /// It stands for the same request, done before.
    Same(IncidentNumber),
    /// It stands for another request.
    Other,
}

/// Whose key, and when it is used.
#[derive(Clone, Copy)]
pub(crate) struct Claimant {
    pub tenant: TenantId,
    pub user: UserId,
    pub now: Timestamp,
}

/// Takes the key for the request that made or concerned incident `number`. A second transaction with the same key waits
/// here for the first one.
pub(crate) async fn claim(
    tx: &DatabaseTransaction,
    by: Claimant,
    key: &IdempotencyKey,
    number: i64,
) -> Result<Claim, Failure> {
    purge(tx, by).await?;
    let row = ActiveModel {
        tenant: Set(by.tenant.0),
        person: Set(by.user.0),
        key: Set(key.key.clone()),
        request_hash: Set(key.request_hash.to_vec()),
        number: Set(number),
        expires_at: Set(by.now.plus_seconds(SECONDS_KEPT).micros()),
    };
    let replace_expired = OnConflict::columns([Column::Tenant, Column::Person, Column::Key])
        .update_columns([Column::RequestHash, Column::Number, Column::ExpiresAt])
        .action_and_where(Expr::col((Entity, Column::ExpiresAt)).lte(by.now.micros()))
        .to_owned();
    let written = Entity::insert(row).on_conflict(replace_expired).exec_without_returning(tx).await?;
    if written > 0 {
        return Ok(Claim::Ours);
    }
    let held = Entity::find_by_id((by.tenant.0, by.user.0, key.key.clone()))
        .one(tx)
        .await?
        .ok_or(Failure::Broken("an idempotency key was refused but is not there"))?;
    if held.request_hash == key.request_hash {
        let number = count("idempotency_key.number", held.number)?;
        Ok(Claim::Same(IncidentNumber(number)))
    } else {
        Ok(Claim::Other)
    }
}

/// Removes a few expired keys, passing over those that another transaction is about to touch.
async fn purge(tx: &DatabaseTransaction, by: Claimant) -> Result<(), Failure> {
    let key = [Column::Tenant, Column::Person, Column::Key];
    let expired = Query::select()
        .columns(key)
        .from(Entity)
        .and_where(Column::Tenant.eq(by.tenant.0))
        .and_where(Column::ExpiresAt.lte(by.now.micros()))
        .order_by(Column::ExpiresAt, sea_orm::Order::Asc)
        .limit(PURGED_AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    Entity::delete_many().filter(Expr::tuple(key.map(Expr::col)).in_subquery(expired)).exec(tx).await?;
    Ok(())
}
