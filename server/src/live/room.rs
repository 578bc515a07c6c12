//! One organisation's feed, read for all its streams in this process.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use domain::{IncidentNumber, TenantId};
use services::ports::{ChangeFeed, Heard, StoreError};
use tokio::time::sleep;

use super::Inner;
use super::seats::{Note, Seats};

/// Places of the feed that are told one by one. Whoever is further back looks at everything again, which is less work.
pub(super) const TOLD_AT_MOST: u32 = 500;

/// One organisation.
pub(super) struct Room {
    pub(super) tenant: TenantId,
    pub(super) seats: Seats,
    look: Duration,
    /// Incidents at which other people are than before.
    gathered: Mutex<BTreeSet<IncidentNumber>>,
}

impl Room {
    pub(super) fn new(tenant: TenantId, look: Duration) -> Self {
        Self { tenant, seats: Seats::new(), look, gathered: Mutex::default() }
    }

    /// There may be something to read.
    pub(super) fn wake(&self) {
        self.seats.wake.notify_one();
    }

    /// Other people are at this incident.
    pub(super) fn gathered(&self, number: IncidentNumber) {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
        self.wake();
    }

    /// Tells all what came after a place; where the feed goes on.
    async fn read(&self, feed: &dyn ChangeFeed, place: Option<u64>) -> Result<u64, StoreError> {
        let Some(after) = place else {
            let head = feed.head(self.tenant).await?;
            // Nothing new, but whoever is not that far reads for themselves.
            self.seats.tell(&Note::Changes { after: head, head, changes: Arc::default() });
            return Ok(head);
        };
        Ok(match feed.heard(self.tenant, after, TOLD_AT_MOST).await? {
            Heard::Changes { head, changes } => {
                if head > after {
                    self.seats.tell(&Note::Changes { after, head, changes: changes.into() });
                }
                head
            }
            Heard::Reset { head } => {
                self.seats.tell(&Note::Reset { head });
                head
            }
        })
    }

    async fn tell_of_gatherings(&self, feed: &dyn ChangeFeed) -> Result<(), StoreError> {
        let gathered = std::mem::take(&mut *self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
        for number in gathered {
            if let Some(sight) = feed.sight(self.tenant, number).await? {
                self.seats.tell(&Note::Gathered { number, sight: Arc::new(sight) });
            }
        }
        Ok(())
    }
}

/// Reads whenever somebody rings, and now and then, until nobody is there any more.
pub(super) async fn keep(room: Arc<Room>, live: Weak<Inner>) {
    let mut place = None;
    loop {
        {
            let Some(live) = live.upgrade() else { return };
            if !live.keeps(&room) {
                return;
            }
            match room.read(&*live.feed, place).await {
                Ok(head) => place = Some(head),
                // The next look brings what this one did not.
                Err(error) => tracing::warn!(%error, "what is new could not be read for open pages"),
            }
            if let Err(error) = room.tell_of_gatherings(&*live.feed).await {
                tracing::debug!(%error, "open pages were not told who is at an incident");
            }
        }
        tokio::select! {
            () = room.seats.wake.notified() => {}
            () = sleep(room.look) => {}
        }
    }
}
