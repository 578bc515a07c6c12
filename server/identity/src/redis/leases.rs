//! Leases: a hash with the holder's token, the fence and the expiry.

use time::Duration;

use super::{RedisState, Repeat, failure, from_ms, to_ms};
use crate::{
    random,
    state::{Lease, StateError},
};

const KIND: &str = "lease:";
/// The last fence is remembered for this long beyond the lease; after that the server's clock alone makes the next higher.
const REMEMBERED_MS: i64 = 86_400_000;

fn kept(now: i64, expires: i64) -> i64 {
    expires.saturating_sub(now).saturating_add(REMEMBERED_MS)
}

pub(super) async fn acquire(state: &RedisState, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
    let token = random::token().map_err(|error| StateError::Unavailable { reason: error.to_string() })?;
    let now = state.clock.now();
    let (now, expires) = (to_ms(now), to_ms(now + ttl));
    let arguments = vec![now.into(), token.as_str().into(), expires.into(), kept(now, expires).into()];
    let key = state.name(KIND, name);
    let fence = state.write(Repeat::WhenLost, include_str!("scripts/acquire_lease.lua"), &key, arguments).await?;
    let fence: Option<u64> = fence.convert().map_err(|error| failure::damaged(&error))?;
    Ok(fence.map(|fence| Lease { name: name.to_owned(), token, fence, expires_at: from_ms(expires) }))
}

pub(super) async fn renew(state: &RedisState, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
    let now = state.clock.now();
    let (now, expires) = (to_ms(now), to_ms(now + ttl));
    let arguments = vec![now.into(), lease.token.as_str().into(), expires.into(), kept(now, expires).into()];
    let key = state.name(KIND, &lease.name);
    let renewed = state.write(Repeat::WhenLost, include_str!("scripts/renew_lease.lua"), &key, arguments).await?;
    Ok(failure::is_one(&renewed)?.then(|| Lease { expires_at: from_ms(expires), ..lease.clone() }))
}

pub(super) async fn release(state: &RedisState, lease: &Lease) -> Result<bool, StateError> {
    let arguments = vec![state.now_ms().into(), lease.token.as_str().into()];
    let key = state.name(KIND, &lease.name);
    let released = state.write(Repeat::WhenLost, include_str!("scripts/release_lease.lua"), &key, arguments).await?;
    failure::is_one(&released)
}
