//! Waking those who follow what happens.

use domain::{IncidentNumber, TenantId};

/// Rung after something is committed, on every replica. Those who hear it look for themselves what there is, so a ring that
/// is lost costs time and nothing else: ringing cannot fail, and nobody waits for it.
pub trait Bell: Send + Sync {
    /// The tenant's change feed has gone on.
    fn changed(&self, tenant: TenantId);

    /// Other people than before are at an incident.
    fn gathered(&self, tenant: TenantId, number: IncidentNumber);
}
