//! Ways to find sessions without their cookies: by account, by tenant, by the authority's session id, and the list of
//! tenants by which all can be found. The names of the sets are hashes where they would tell who somebody is; the members
//! are the sessions' handles.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    claims::{AccountId, Principal},
    digest::hashed,
    state::{SharedState, StateError},
};

/// The tenants that have sessions. A tenant leaves it by expiry only: taking it out could race with a sign-in.
pub(super) const TENANTS: &str = "sess-tenants";

pub(super) fn of_account(account: &AccountId) -> String {
    format!("sess-account:{}", hashed(&[account.home.as_bytes()]))
}

pub(super) fn of_tenant(tenant_id: Uuid) -> String {
    format!("sess-tenant:{tenant_id}")
}

/// Sessions that began in the authority's session `sid` (OpenID Connect Front-Channel Logout 1.0 section 3).
pub(super) fn of_sid(issuer: &str, sid: &str) -> String {
    format!("sess-sid:{}", hashed(&[issuer.as_bytes(), sid.as_bytes()]))
}

fn sets(principal: &Principal) -> impl Iterator<Item = String> {
    let sid = principal.sid.as_ref().map(|sid| of_sid(&principal.issuer, sid));
    [of_tenant(principal.tenant_id), of_account(&principal.account)].into_iter().chain(sid)
}

pub(super) async fn add(
    state: &dyn SharedState,
    principal: &Principal,
    handle: &str,
    expires_at: OffsetDateTime,
    longest: OffsetDateTime,
) -> Result<(), StateError> {
    // Never earlier than another session of that tenant may want it: `longest` is a whole life from now.
    state.add_member(TENANTS, &principal.tenant_id.to_string(), longest).await?;
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
