//! What time it is.

use domain::Timestamp;

/// Tells the time. An argument, so that tests can move it.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock for use cases")]
    fn now(&self) -> Timestamp {
        // No clock is set beyond the years that can be written down.
        time::OffsetDateTime::now_utc().try_into().unwrap_or(Timestamp::EPOCH)
    }
}
