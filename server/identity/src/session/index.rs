//! Ways to find a person's sessions without their cookies: by account, by tenant, by the authority's session id. The names
//! of the sets are hashes, the members are the sessions' handles.

use time::OffsetDateTime;

use crate::{
    claims::Principal,
    digest::hashed,
    state::{SharedState, StateError},
};

fn sets(principal: &Principal) -> Vec<String> {
    let mut sets = vec![
        format!("sess-account:{}", hashed(&[principal.account.home.as_bytes()])),
        format!("sess-tenant:{}", principal.tenant_id),
    ];
    if let Some(sid) = &principal.sid {
        sets.push(format!("sess-sid:{}", hashed(&[principal.issuer.as_bytes(), sid.as_bytes()])));
    }
    sets
}

pub(super) async fn add(
    state: &dyn SharedState,
    principal: &Principal,
    handle: &str,
    expires_at: OffsetDateTime,
) -> Result<(), StateError> {
    for set in sets(principal) {
        state.add_member(&set, handle, expires_at).await?;
    }
    Ok(())
}

pub(super) async fn remove(state: &dyn SharedState, principal: &Principal, handle: &str) -> Result<(), StateError> {
    for set in sets(principal) {
        state.remove_member(&set, handle).await?;
    }
    Ok(())
}
