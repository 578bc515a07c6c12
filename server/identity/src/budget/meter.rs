//! A count over a span that moves on with time, made of counters that do not.
//!
//! A counter of the shared state starts again from zero after its window, so by itself it takes twice its limit around that
//! moment. A meter has a counter for each half of its span, named by the clock. Whatever has happened within the span is in
//! the current half or in the two before it, so their sum is never less.

use time::{Duration, OffsetDateTime};

use crate::state::{SharedState, StateError};

/// A span is counted in so many parts.
const PARTS: i32 = 2;

/// A quota for any span of that length.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    pub(super) name: String,
    pub(super) quota: u32,
    pub(super) span: Duration,
}

/// What a meter reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// In the parts that are over, as far as they can be within the span.
    pub(super) earlier: u64,
    /// In this part.
    pub(super) current: u64,
}

impl Meter {
    /// What polls and sign-ins may use together before polls are refused.
    pub(super) fn half(&self) -> u64 {
        u64::from(self.quota / 2)
    }

    fn part(&self, now: OffsetDateTime) -> i128 {
        now.unix_timestamp_nanos().div_euclid(self.length())
    }

    fn length(&self) -> i128 {
        (self.span / PARTS).whole_nanoseconds().max(1)
    }

    /// When the next part begins.
    pub(super) fn end_of_part(&self, now: OffsetDateTime) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos((self.part(now) + 1) * self.length()).unwrap_or(now)
    }

    async fn count(&self, state: &dyn SharedState, part: i128, by: u32) -> Result<u64, StateError> {
        // It is looked at until two parts after its own.
        let count = state.increment(&format!("{}:{part}", self.name), by, self.span * 2).await?;
        Ok(count.value)
    }

    /// What has been counted so far.
    pub(super) async fn read(&self, state: &dyn SharedState, now: OffsetDateTime) -> Result<Reading, StateError> {
        let part = self.part(now);
        let (current, one, other) = tokio::try_join!(
            self.count(state, part, 0),
            self.count(state, part - 1, 0),
            self.count(state, part - 2, 0)
        )?;
        Ok(Reading { earlier: one + other, current })
    }

    /// Counts; what has been counted in this part with it.
    pub(super) async fn add(&self, state: &dyn SharedState, by: u32, now: OffsetDateTime) -> Result<u64, StateError> {
        self.count(state, self.part(now), by).await
    }
}
