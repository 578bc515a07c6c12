//! Values: a hash with the bytes, the version and the expiry.

use fred::{interfaces::HashesInterface, types::Value};
use time::OffsetDateTime;

use super::{RedisState, Repeat, failure, from_ms, to_ms};
use crate::{
    random,
    state::{Expected, PutOutcome, StateError, Versioned},
};

pub(super) async fn get(state: &RedisState, key: &str) -> Result<Option<Versioned>, StateError> {
    let key = state.name("", key);
    let read = |client: fred::clients::WithOptions<fred::clients::Client>| {
        let key = key.clone();
        async move { client.hmget::<Value, _, _>(key, vec!["value", "version", "expires"]).await }
    };
    let held = state.reader.call(Repeat::WhenLost, read).await?;
    let (value, version, expires): (Option<Vec<u8>>, Option<u64>, Option<i64>) =
        held.convert().map_err(|error| failure::damaged(&error))?;
    Ok(match (value, version, expires) {
        (Some(value), Some(version), Some(expires)) if expires > state.now_ms() => {
            Some(Versioned { value, version, expires_at: from_ms(expires) })
        }
        _ => None,
    })
}

/// The version is 63 random bits: no two writes ever have the same, whichever replica of the application makes them and
/// whatever a failover lost.
pub(super) async fn put(
    state: &RedisState,
    key: &str,
    value: &[u8],
    expires_at: OffsetDateTime,
    expected: Expected,
) -> Result<PutOutcome, StateError> {
    let random = random::bytes().map_err(|error| StateError::Unavailable { reason: error.to_string() })?;
    let version = u64::from_le_bytes(random) >> 1;
    let expected = match expected {
        Expected::Absent => "absent".to_owned(),
        Expected::Any => "any".to_owned(),
        Expected::Version(version) => version.to_string(),
    };
    let (now, expires) = (state.now_ms(), to_ms(expires_at));
    let arguments = vec![
        now.into(),
        expected.into(),
        version.to_string().into(),
        Value::Bytes(value.to_vec().into()),
        expires.into(),
        expires.saturating_sub(now).into(),
    ];
    let key = state.name("", key);
    let written = state.write(Repeat::WhenLost, include_str!("scripts/put.lua"), &key, arguments).await?;
    Ok(if failure::is_one(&written)? { PutOutcome::Stored(version) } else { PutOutcome::Conflict })
}

/// A lost answer may have held the value, so whoever needs it must not ask twice.
pub(super) async fn take(state: &RedisState, key: &str, repeat: Repeat) -> Result<Option<Vec<u8>>, StateError> {
    let arguments = vec![state.now_ms().into()];
    let taken = state.write(repeat, include_str!("scripts/take.lua"), &state.name("", key), arguments).await?;
    taken.convert().map_err(|error| failure::damaged(&error))
}
