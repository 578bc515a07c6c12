//! Who is at which incident, kept where sessions are.

use async_trait::async_trait;
use domain::{IncidentNumber, TenantId, Timestamp};
use identity::state::{SharedState, StateError};
use services::ports::{Attendance, Gatherings, StoreError};
use std::sync::Arc;

/// The port over what all replicas share: a set for each incident, with a member for each person in each way of being there.
pub struct SharedGatherings(pub Arc<dyn SharedState>);

#[async_trait]
impl Gatherings for SharedGatherings {
    async fn at(&self, tenant: TenantId, number: IncidentNumber, limit: u32) -> Result<Vec<Attendance>, StoreError> {
        let members = self.0.members(&set(tenant, number), None, limit).await.map_err(failed)?;
        Ok(members.iter().filter_map(|member| attendance(&member.name)).collect())
    }

    async fn arrive(
        &self,
        tenant: TenantId,
        number: IncidentNumber,
        who: Attendance,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.0.add_member(&set(tenant, number), &name(who), until.to_datetime()).await.map_err(failed)
    }

    async fn leave(&self, tenant: TenantId, number: IncidentNumber, who: Attendance) -> Result<(), StoreError> {
        self.0.remove_member(&set(tenant, number), &name(who)).await.map(drop).map_err(failed)
    }
}

fn set(tenant: TenantId, number: IncidentNumber) -> String {
    format!("present:{tenant}:{}", number.0)
}

const EDITS: &str = "edits";
const READS: &str = "reads";

fn name(who: Attendance) -> String {
    format!("{} {}", if who.editing { EDITS } else { READS }, who.person)
}

fn attendance(name: &str) -> Option<Attendance> {
    let (way, person) = name.split_once(' ')?;
    Some(Attendance { person: person.parse().ok()?, editing: way == EDITS })
}

fn failed(error: StateError) -> StoreError {
    match error {
        StateError::Unavailable { .. } | StateError::Full { .. } => StoreError::Unavailable(error.to_string()),
        error @ StateError::Damaged { .. } => StoreError::Internal(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use domain::UserId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_reads_or_edits() {
        for editing in [false, true] {
            let who = Attendance { person: UserId(Uuid::from_u128(7)), editing };
            assert_eq!(attendance(&name(who)), Some(who));
        }
        assert_eq!(attendance("edits nobody"), None);
    }
}
