//! Deleting what has expired. Nobody waits for this: an expired entry is absent either way, sweeping only frees room.

use std::{sync::Arc, time::Duration};

use sqlx::SqlitePool;
use tokio_util::sync::CancellationToken;

use super::{EmbeddedState, failure::from_sqlx, to_ms};
use crate::{clock::Clock, state::error::StateError};

/// Rows deleted per table and round, so that a round never holds the write lock for long.
const BATCH: u32 = 500;

const STATEMENTS: [&str; 4] = [
    "DELETE FROM entry WHERE rowid IN (SELECT rowid FROM entry WHERE expires_at <= ?1 LIMIT ?2)",
    "DELETE FROM member WHERE (set_name, name) IN \
     (SELECT set_name, name FROM member WHERE expires_at <= ?1 LIMIT ?2)",
    "DELETE FROM lease WHERE rowid IN (SELECT rowid FROM lease WHERE expires_at <= ?1 LIMIT ?2)",
    "DELETE FROM counter WHERE rowid IN (SELECT rowid FROM counter WHERE expires_at <= ?1 LIMIT ?2)",
];

impl EmbeddedState {
    /// Deletes up to 500 expired rows of each kind and says how many rows went. Nobody has to call this: a task of its own
    /// does it, as often as it takes, every [`sweep_every`](crate::EmbeddedOptions::sweep_every).
    ///
    /// # Errors
    /// When the file is busy or out of reach.
    pub async fn sweep(&self) -> Result<u64, StateError> {
        Ok(round(&self.writer, self.now_ms()).await?.gone)
    }
}

/// What one round did.
struct Round {
    gone: u64,
    /// Whether a table had as much as a round takes, so that there may be more.
    full: bool,
}

async fn round(writer: &SqlitePool, now_ms: i64) -> Result<Round, StateError> {
    let mut round = Round { gone: 0, full: false };
    for statement in STATEMENTS {
        let done = sqlx::query(statement).bind(now_ms).bind(BATCH).execute(writer).await.map_err(from_sqlx)?;
        round.gone += done.rows_affected();
        round.full |= done.rows_affected() >= u64::from(BATCH);
    }
    Ok(round)
}

/// Rounds until nothing is left: whoever opens sign-ins faster than one round a tick must not fill the disk. Between two
/// rounds whoever waits for the write lock has it.
async fn sweep(writer: &SqlitePool, now_ms: i64, stop: &CancellationToken) -> Result<u64, StateError> {
    let mut gone = 0;
    loop {
        let round = round(writer, now_ms).await?;
        gone += round.gone;
        if !round.full || stop.is_cancelled() {
            return Ok(gone);
        }
        tokio::task::yield_now().await;
    }
}

/// Sweeps at every tick until told to stop.
pub(super) async fn run(writer: SqlitePool, clock: Arc<dyn Clock>, every: Duration, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match sweep(&writer, to_ms(clock.now()), &stop).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "swept expired shared state"),
            Err(error) => tracing::warn!(%error, "sweeping expired shared state failed"),
        }
    }
}
