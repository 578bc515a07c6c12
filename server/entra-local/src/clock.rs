//! The time the stand-in believes it is: the system clock plus an offset that tests move.

use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};

/// System time plus an offset in whole seconds.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset_seconds: AtomicI64,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the adapter that brings the system clock in")]
    pub(crate) fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(self.offset_seconds.load(Ordering::SeqCst))
    }

    pub(crate) fn set_offset(&self, offset: Duration) {
        self.offset_seconds.store(offset.whole_seconds(), Ordering::SeqCst);
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.offset_seconds.fetch_add(by.whole_seconds(), Ordering::SeqCst);
    }
}
