//! What adapters are tested with. A feature, so that no release carries it.

use async_trait::async_trait;
use domain::TenantId;
use uuid::Uuid;

use crate::ports::StoreError;

mod memory_sessions;
pub mod store_contract;

pub use memory_sessions::MemorySessions;

/// Whether an audit log is as it was written. A test asks; no page or command does yet.
#[async_trait]
pub trait AuditChain: Send + Sync {
    /// Recomputes the chain of hashes; the id of the first line that does not fit, if any.
    async fn verify(&self, tenant: TenantId) -> Result<Option<Uuid>, StoreError>;
}
