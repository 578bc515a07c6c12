//! Counters with a window.

use sqlx::Row;
use time::Duration;

use super::{EmbeddedState, commit, failure::from_sqlx, from_ms, to_ms};
use crate::state::{error::StateError, types::Count};

pub(super) async fn increment(
    state: &EmbeddedState,
    counter: &str,
    by: u32,
    window: Duration,
) -> Result<Count, StateError> {
    let mut transaction = state.write().await?;
    let now = state.clock.now();
    let row = sqlx::query(
        "INSERT INTO counter (name, value, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET \
         value = CASE WHEN counter.expires_at > ?4 THEN counter.value + ?2 ELSE ?2 END, \
         expires_at = CASE WHEN counter.expires_at > ?4 THEN counter.expires_at ELSE ?3 END \
         RETURNING value, expires_at",
    )
    .bind(counter)
    .bind(i64::from(by))
    .bind(to_ms(now + window))
    .bind(to_ms(now))
    .fetch_one(&mut *transaction)
    .await
    .map_err(from_sqlx)?;
    let count = Count {
        value: row.try_get::<i64, _>(0).map_err(from_sqlx)?.unsigned_abs(),
        resets_at: from_ms(row.try_get(1).map_err(from_sqlx)?),
    };
    commit(transaction).await?;
    Ok(count)
}
