//! Versioned values.

use sqlx::Row;
use time::OffsetDateTime;

use super::{EmbeddedState, commit, failure::from_sqlx, from_ms, next_number, to_ms};
use crate::state::{
    error::StateError,
    types::{Expected, PutOutcome, Versioned},
};

pub(super) async fn get(state: &EmbeddedState, key: &str) -> Result<Option<Versioned>, StateError> {
    let row = sqlx::query("SELECT value, version, expires_at FROM entry WHERE key = ?1 AND expires_at > ?2")
        .bind(key)
        .bind(state.now_ms())
        .fetch_optional(&state.readers)
        .await
        .map_err(from_sqlx)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Versioned {
        value: row.try_get(0).map_err(from_sqlx)?,
        version: row.try_get::<i64, _>(1).map_err(from_sqlx)?.unsigned_abs(),
        expires_at: from_ms(row.try_get(2).map_err(from_sqlx)?),
    }))
}

pub(super) async fn put(
    state: &EmbeddedState,
    key: &str,
    value: &[u8],
    expires_at: OffsetDateTime,
    expected: Expected,
) -> Result<PutOutcome, StateError> {
    let mut transaction = state.write().await?;
    let found: Option<i64> = sqlx::query_scalar("SELECT version FROM entry WHERE key = ?1 AND expires_at > ?2")
        .bind(key)
        .bind(state.now_ms())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    let as_expected = match expected {
        Expected::Any => true,
        Expected::Absent => found.is_none(),
        Expected::Version(version) => found.map(i64::unsigned_abs) == Some(version),
    };
    if !as_expected {
        return Ok(PutOutcome::Conflict);
    }
    let version = next_number(&mut transaction).await?;
    sqlx::query(
        "INSERT INTO entry (key, value, version, expires_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (key) DO UPDATE SET value = ?2, version = ?3, expires_at = ?4",
    )
    .bind(key)
    .bind(value)
    .bind(version)
    .bind(to_ms(expires_at))
    .execute(&mut *transaction)
    .await
    .map_err(from_sqlx)?;
    commit(transaction).await?;
    Ok(PutOutcome::Stored(version.unsigned_abs()))
}

pub(super) async fn take(state: &EmbeddedState, key: &str) -> Result<Option<Vec<u8>>, StateError> {
    let mut transaction = state.write().await?;
    let row = sqlx::query("DELETE FROM entry WHERE key = ?1 RETURNING value, expires_at")
        .bind(key)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    commit(transaction).await?;
    let Some(row) = row else { return Ok(None) };
    let live = row.try_get::<i64, _>(1).map_err(from_sqlx)? > state.now_ms();
    if live { row.try_get(0).map(Some).map_err(from_sqlx) } else { Ok(None) }
}
