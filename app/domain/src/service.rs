//! What incidents affect.

use serde::{Deserialize, Serialize};

use crate::{Name, ServiceId};

/// A service of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Identifies it within the tenant.
    pub id: ServiceId,
    /// Its name, unique within the tenant without regard to letter case.
    pub name: Name,
    /// 1 (most important) to 4.
    pub tier: u8,
}
