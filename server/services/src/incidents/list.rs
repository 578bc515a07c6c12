//! The list of incidents.

use domain::view::{IncidentSummary, Page};
use domain::{IncidentQuery, Operation};

use crate::audit::Caller;
use crate::ports::Scope;
use crate::{IncidentService, ServiceError};

impl IncidentService {
    /// One page of the incidents this person may see. `after` is the `next` of the page before.
    ///
    /// # Errors
    /// Forbidden without a role; invalid if `after` belongs to another question; unavailable or internal if the store
    /// fails.
    pub async fn list(
        &self,
        caller: &Caller,
        query: &IncidentQuery,
        after: Option<&str>,
    ) -> Result<Page<IncidentSummary>, ServiceError> {
        self.allow(caller, Operation::Read, "incident.list", "").await?;
        let tenant = caller.actor.tenant;
        let after = after.map(|text| self.cursors.read(tenant, *query, text)).transpose()?;
        let rows = query.size.rows();
        let mut items = self.store.list(&Scope::of(&caller.actor), query, after.as_ref(), rows + 1).await?;
        let more = items.len() > rows as usize;
        items.truncate(rows as usize);
        let next = items.last().filter(|_| more).map(|last| self.cursors.write(tenant, *query, last));
        Ok(Page { items, next })
    }
}
