//! Index sets: sorted sets whose scores are the members' expiries.

use fred::types::Value;
use time::OffsetDateTime;

use super::{RedisState, Repeat, failure, from_ms, to_ms};
use crate::state::{Member, StateError};

const KIND: &str = "set:";

pub(super) async fn add(
    state: &RedisState,
    set: &str,
    member: &str,
    expires_at: OffsetDateTime,
) -> Result<(), StateError> {
    let arguments = vec![state.now_ms().into(), member.into(), to_ms(expires_at).into()];
    let set = state.name(KIND, set);
    state.write(Repeat::WhenLost, include_str!("scripts/add_member.lua"), &set, arguments).await?;
    Ok(())
}

pub(super) async fn remove(state: &RedisState, set: &str, member: &str) -> Result<bool, StateError> {
    let arguments = vec![state.now_ms().into(), member.into()];
    let set = state.name(KIND, set);
    let removed = state.write(Repeat::WhenLost, include_str!("scripts/remove_member.lua"), &set, arguments).await?;
    failure::is_one(&removed)
}

pub(super) async fn list(
    state: &RedisState,
    set: &str,
    after: Option<&Member>,
    limit: u32,
) -> Result<Vec<Member>, StateError> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let (expiry, name) = after.map_or((-1, ""), |member| (to_ms(member.expires_at), member.name.as_str()));
    let arguments: Vec<Value> = vec![state.now_ms().into(), i64::from(limit).into(), expiry.into(), name.into()];
    let set = state.name(KIND, set);
    let page = state.reader.eval(Repeat::WhenLost, include_str!("scripts/members.lua"), &set, arguments).await?;
    let page: Vec<(String, i64)> = page.convert().map_err(|error| failure::damaged(&error))?;
    Ok(page.into_iter().map(|(name, expires)| Member { name, expires_at: from_ms(expires) }).collect())
}
