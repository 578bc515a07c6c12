//! Reading a timeline.

use domain::view::{Page, TimelineRow};
use domain::{IncidentNumber, Invalid, Operation};

use crate::audit::Caller;
use crate::ports::Scope;
use crate::{IncidentService, ServiceError};

const ROWS: u32 = 50;

/// Which end of a timeline comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TimelineOrder {
    /// Newest first: what people want while it is live.
    Newest,
    /// Oldest first: how it is read afterwards.
    Oldest,
}

impl IncidentService {
    /// One page of a timeline. `after` is the `next` of the page before.
    ///
    /// # Errors
    /// Forbidden without a role; not found if the incident is not in sight; invalid if `after` is no sequence number;
    /// unavailable or internal if the store fails.
    pub async fn timeline(
        &self,
        caller: &Caller,
        number: IncidentNumber,
        order: TimelineOrder,
        after: Option<&str>,
    ) -> Result<Page<TimelineRow>, ServiceError> {
        self.allow(caller, Operation::Read, "incident.read", &super::target(number)).await?;
        let from = after
            .map(|text| text.parse().map_err(|_| Invalid::new("after", "must be the number of a timeline entry")))
            .transpose()?;
        let incident = self.visible(caller, number).await?;
        let newest = order == TimelineOrder::Newest;
        let rows = self.store.timeline(&Scope::of(&caller.actor), incident.id, newest, from, ROWS + 1).await?;
        let more = rows.len() > ROWS as usize;
        let items: Vec<TimelineRow> =
            rows.into_iter().take(ROWS as usize).map(|(seq, entry)| TimelineRow { seq, entry }).collect();
        let next = items.last().filter(|_| more).map(|row| row.seq.to_string());
        Ok(Page { items, next })
    }
}
