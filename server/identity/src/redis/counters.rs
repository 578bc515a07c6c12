//! Counters: a hash with the sum and the end of its window. A sum is not worth waiting for a replica.

use time::Duration;

use super::{RedisState, Repeat, failure, from_ms, to_ms};
use crate::state::{Count, StateError};

pub(super) async fn increment(
    state: &RedisState,
    counter: &str,
    by: u32,
    window: Duration,
) -> Result<Count, StateError> {
    let now = state.clock.now();
    let (now, ends) = (to_ms(now), to_ms(now + window));
    let arguments = vec![now.into(), i64::from(by).into(), ends.into(), ends.saturating_sub(now).into()];
    let key = state.name("count:", counter);
    // Repeated after a lost answer it would count twice.
    let count = state.writer.eval(Repeat::Never, include_str!("scripts/increment.lua"), &key, arguments).await?;
    let (value, ends): (u64, i64) = count.convert().map_err(|error| failure::damaged(&error))?;
    Ok(Count { value, resets_at: from_ms(ends) })
}
