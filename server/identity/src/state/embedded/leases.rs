//! Leases with the holder's own token and a fencing number.

use time::Duration;

use super::{EmbeddedState, commit, failure::from_sqlx, from_ms, next_number, to_ms};
use crate::{
    random,
    state::{error::StateError, types::Lease},
};

pub(super) async fn acquire(state: &EmbeddedState, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
    let token = random::token().map_err(|error| StateError::Unavailable { reason: error.to_string() })?;
    let mut transaction = state.write().await?;
    let now = state.clock.now();
    let expires_at = to_ms(now + ttl);
    let fence = next_number(&mut transaction).await?;
    let rows = sqlx::query(
        "INSERT INTO lease (name, token, fence, expires_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (name) DO UPDATE SET token = ?2, fence = ?3, expires_at = ?4 WHERE lease.expires_at <= ?5",
    )
    .bind(name)
    .bind(&token)
    .bind(fence)
    .bind(expires_at)
    .bind(to_ms(now))
    .execute(&mut *transaction)
    .await
    .map_err(from_sqlx)?
    .rows_affected();
    commit(transaction).await?;
    Ok((rows == 1).then(|| Lease {
        name: name.to_owned(),
        token,
        fence: fence.unsigned_abs(),
        expires_at: from_ms(expires_at),
    }))
}

pub(super) async fn renew(state: &EmbeddedState, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
    let mut transaction = state.write().await?;
    let now = state.clock.now();
    let expires_at = to_ms(now + ttl);
    let renewed = sqlx::query("UPDATE lease SET expires_at = ?3 WHERE name = ?1 AND token = ?2 AND expires_at > ?4")
        .bind(&lease.name)
        .bind(&lease.token)
        .bind(expires_at)
        .bind(to_ms(now))
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?
        .rows_affected();
    commit(transaction).await?;
    Ok((renewed == 1).then(|| Lease { expires_at: from_ms(expires_at), ..lease.clone() }))
}

pub(super) async fn release(state: &EmbeddedState, lease: &Lease) -> Result<bool, StateError> {
    let mut transaction = state.write().await?;
    let released = sqlx::query("DELETE FROM lease WHERE name = ?1 AND token = ?2 AND expires_at > ?3")
        .bind(&lease.name)
        .bind(&lease.token)
        .bind(state.now_ms())
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?
        .rows_affected();
    commit(transaction).await?;
    Ok(released == 1)
}
