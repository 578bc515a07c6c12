//! Clearing up after an organisation that is not let in any more.

use std::sync::Arc;

use domain::TenantId;
use identity::state::SharedState;
use identity::{Identity, SessionError};
use time::Duration;

/// How long nobody else begins. Longer than it takes, and not for ever, as the process may end in the middle of it.
const ALONE: Duration = Duration::minutes(5);

/// Ends all sessions of the organisation, unless a replica has just begun to. Every request of every browser there finds out
/// that it is over; one of them is enough, and the lease stays taken afterwards, so that those that come late begin nothing.
pub async fn run(shared: Arc<dyn SharedState>, identity: Identity, tenant: TenantId) {
    if let Err(error) = alone(&*shared, &identity, tenant).await {
        tracing::warn!(%error, %tenant, "sessions that are over could not be removed");
    }
}

async fn alone(shared: &dyn SharedState, identity: &Identity, tenant: TenantId) -> Result<(), SessionError> {
    if shared.acquire_lease(&format!("sweep:{tenant}"), ALONE).await?.is_some() {
        let ended = identity.revoke_tenant(tenant.0).await?;
        tracing::info!(%tenant, ended, "the sessions of an organisation that is not let in have ended");
    }
    Ok(())
}
