//! Index sets.

use sqlx::Row;
use time::OffsetDateTime;

use super::{EmbeddedState, commit, failure::from_sqlx, from_ms, to_ms};
use crate::state::{error::StateError, types::Member};

pub(super) async fn add(
    state: &EmbeddedState,
    set: &str,
    member: &str,
    expires_at: OffsetDateTime,
) -> Result<(), StateError> {
    let mut transaction = state.write().await?;
    sqlx::query(
        "INSERT INTO member (set_name, name, expires_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (set_name, name) DO UPDATE SET expires_at = ?3",
    )
    .bind(set)
    .bind(member)
    .bind(to_ms(expires_at))
    .execute(&mut *transaction)
    .await
    .map_err(from_sqlx)?;
    commit(transaction).await
}

pub(super) async fn remove(state: &EmbeddedState, set: &str, member: &str) -> Result<bool, StateError> {
    let mut transaction = state.write().await?;
    let expires_at: Option<i64> =
        sqlx::query_scalar("DELETE FROM member WHERE set_name = ?1 AND name = ?2 RETURNING expires_at")
            .bind(set)
            .bind(member)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(from_sqlx)?;
    commit(transaction).await?;
    Ok(expires_at.is_some_and(|ms| ms > state.now_ms()))
}

pub(super) async fn list(
    state: &EmbeddedState,
    set: &str,
    after: Option<&Member>,
    limit: u32,
) -> Result<Vec<Member>, StateError> {
    // No member has an empty name or a negative expiry, so this comes before all of them.
    let (expiry, name) = after.map_or((-1, ""), |member| (to_ms(member.expires_at), member.name.as_str()));
    let rows = sqlx::query(
        "SELECT name, expires_at FROM member WHERE set_name = ?1 AND expires_at > ?2 AND (expires_at, name) > (?3, ?4) \
         ORDER BY expires_at, name LIMIT ?5",
    )
    .bind(set)
    .bind(state.now_ms())
    .bind(expiry)
    .bind(name)
    .bind(limit)
    .fetch_all(&state.readers)
    .await
    .map_err(from_sqlx)?;
    rows.iter()
        .map(|row| {
            Ok(Member {
                name: row.try_get(0).map_err(from_sqlx)?,
                expires_at: from_ms(row.try_get(1).map_err(from_sqlx)?),
            })
        })
        .collect()
}
