//! How far our clock and the authority's are apart, as far as one answer can tell.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc2822};

/// Bounds on how far the authority's clock is ahead of ours. `Date` has whole seconds (RFC 9110 section 6.6.1), and it was
/// written at some moment between our question and its answer, so no single number would be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    least: Duration,
    most: Duration,
}

impl ClockReading {
    /// From an answer's `Date` and our time before the question and after the answer.
    pub(super) fn new(date: &str, asked: OffsetDateTime, answered: OffsetDateTime) -> Option<Self> {
        let date = OffsetDateTime::parse(date, &Rfc2822).ok()?;
        let ended = date.checked_add(Duration::SECOND)?;
        Some(Self { least: date - answered, most: ended - asked })
    }

    /// How far the authority is ahead at least; negative where it is behind; zero where the clocks may be the same.
    #[must_use]
    pub fn ahead_at_least(&self) -> Duration {
        if self.least.is_positive() {
            self.least
        } else if self.most.is_negative() {
            self.most
        } else {
            Duration::ZERO
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const NOON: OffsetDateTime = time::macros::datetime!(2026-11-25 12:00:00 UTC);

    fn ahead(date: &str, asked: i64, answered: i64) -> i64 {
        let at = |tenths: i64| NOON + Duration::milliseconds(100 * tenths);
        let reading = ClockReading::new(date, at(asked), at(answered)).unwrap();
        reading.ahead_at_least().whole_seconds()
    }

    #[test]
    fn a_clock_counts_as_wrong_by_what_is_certain_only() {
        let noon = "Wed, 25 Nov 2026 12:00:00 GMT";
        assert_eq!(ahead(noon, 0, 2), 0);
        assert_eq!(ahead(noon, 9, 11), 0, "the second may have just ended");
        assert_eq!(ahead(noon, -300, 200), 0, "a slow answer says little");
        assert_eq!(ahead(noon, -410, -400), 40);
        assert_eq!(ahead(noon, 410, 420), -40);
    }

    #[test]
    fn what_is_no_date_says_nothing() {
        for date in ["noon", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(ClockReading::new(date, NOON, NOON), None, "{date}");
        }
    }
}
