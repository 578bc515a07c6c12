//! Going round in circles: a browser that has just signed in and is sent to sign in again, because it keeps no cookies, say.
//!
//! Counted are round trips that came to their end and led to the next one, not those that begin: twenty tabs that are
//! restored at once begin twenty sign-ins of which none led to another.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// A chain is forgotten this long after it began.
pub(crate) const WINDOW: Duration = Duration::minutes(1);

/// So many round trips in a row are a circle.
const MOST: u32 = 5;

/// A chain of round trips. The browser carries it in a cookie, where only its owner could change it, to no advantage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rounds {
    completed: u32,
    /// Seconds since 1970; of no meaning for an empty chain.
    since: i64,
}

impl Rounds {
    /// Reads a cookie; what is no chain, is over, or lies in the future is an empty one.
    pub(crate) fn read(cookie: &str, now: OffsetDateTime) -> Self {
        let now = now.unix_timestamp();
        let read = cookie.split_once('.').and_then(|(completed, since)| {
            Some(Self { completed: completed.parse().ok()?, since: since.parse().ok()? })
        });
        read.filter(|chain| (0..WINDOW.whole_seconds()).contains(&now.saturating_sub(chain.since))).unwrap_or_default()
    }

    /// The cookie's value.
    pub(crate) fn to_cookie(self) -> String {
        format!("{}.{}", self.completed, self.since)
    }

    /// The chain after one more round trip.
    #[must_use]
    pub(crate) fn and_one_more(self, now: OffsetDateTime) -> Self {
        let since = if self.completed == 0 { now.unix_timestamp() } else { self.since };
        Self { completed: self.completed.saturating_add(1), since }
    }

    /// Whether another one would only go round again.
    pub(crate) fn is_circle(self) -> bool {
        self.completed >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn five_in_a_row_within_a_minute_are_a_circle() {
        let mut chain = Rounds::default();
        for n in 0..5 {
            assert!(!chain.is_circle(), "{n}");
            let now = START + Duration::seconds(10 * n);
            chain = Rounds::read(&chain.and_one_more(now).to_cookie(), now);
        }
        assert!(chain.is_circle());
        assert!(Rounds::read(&chain.to_cookie(), START + Duration::seconds(59)).is_circle());
        assert!(!Rounds::read(&chain.to_cookie(), START + Duration::seconds(60)).is_circle());
    }

    #[test]
    fn what_is_no_chain_is_an_empty_one() {
        let now = START + Duration::days(1);
        for odd in
            ["", "5", "5.", ".5", "x.y", "-1.86400", "5.99999999999999999999", "5.86401", "5.-9223372036854775808"]
        {
            assert_eq!(Rounds::read(odd, now), Rounds::default(), "{odd}");
        }
        assert!(Rounds::read("4294967295.86400", now).and_one_more(now).is_circle());
    }
}
