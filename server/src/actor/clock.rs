//! The clock of sessions, for what is kept beside them.

use std::sync::Arc;

use domain::Timestamp;
use services::Clock;

/// Tells use cases the time that the identity layer goes by.
pub struct SessionClock(pub Arc<dyn identity::Clock>);

impl Clock for SessionClock {
    fn now(&self) -> Timestamp {
        // No clock is set beyond the years that can be written down.
        self.0.now().try_into().unwrap_or(Timestamp::EPOCH)
    }
}
