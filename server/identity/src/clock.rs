//! Time as an argument: everything that expires asks a [`Clock`], so that tests move it instead of sleeping.

use std::fmt::Debug;

use time::OffsetDateTime;

/// Where "now" comes from.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The current time in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that everything else takes its time from")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}
