//! Instants: always UTC, always whole microseconds.

use std::fmt;
use std::str::FromStr;

use ::time::format_description::well_known::Rfc3339;
use ::time::{Duration, OffsetDateTime, UtcOffset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant in UTC with microsecond precision. As text it is RFC 3339 with `Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

/// Why a text or a number is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// The text is not RFC 3339.
    #[error("`{0}` is not an RFC 3339 time such as 2026-08-19T14:02:11Z")]
    Syntax(String),
    /// The instant lies outside the years that can be written down (0 to 9999).
    #[error("the time lies outside the years 0 to 9999")]
    Range,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(OffsetDateTime::UNIX_EPOCH);

    /// Microseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimestampError::Range`] outside the years 0 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, TimestampError> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
            .ok()
            .filter(|at| (0..=9999).contains(&at.year()))
            .map(Self)
            .ok_or(TimestampError::Range)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        // Years 0 to 9999 need 59 bits.
        i64::try_from(self.0.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
    }

    /// The instant as the `time` crate has it, in UTC.
    pub fn to_datetime(self) -> OffsetDateTime {
        self.0
    }

    /// The instant `seconds` later (earlier if negative); stays put at the edge of what can be written down.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.0.checked_add(Duration::seconds(seconds)).filter(|at| (0..=9999).contains(&at.year())).map_or(self, Self)
    }

    /// Whole seconds from `earlier` to this instant; negative if it is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_seconds()
    }
}

impl TryFrom<OffsetDateTime> for Timestamp {
    type Error = TimestampError;

    /// An offset can carry a time of the years 0 to 9999 out of them.
    fn try_from(at: OffsetDateTime) -> Result<Self, TimestampError> {
        let utc = at.checked_to_offset(UtcOffset::UTC).filter(|utc| (0..=9999).contains(&utc.year()));
        let utc = utc.ok_or(TimestampError::Range)?;
        let micros = utc.microsecond();
        Ok(Self(utc.replace_microsecond(micros).unwrap_or(utc)))
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| TimestampError::Syntax(text.chars().take(40).collect()))?
            .try_into()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn text_is_rfc_3339_in_utc_and_microseconds() {
        let at: Timestamp = "2026-08-19T16:02:11.123456789+02:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-08-19T14:02:11.123456Z");
        assert_eq!(Timestamp::from_micros(at.micros()).unwrap(), at);
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(
            "yesterday".parse::<Timestamp>().unwrap_err().to_string(),
            "`yesterday` is not an RFC 3339 time such as 2026-08-19T14:02:11Z"
        );
        assert_eq!(Timestamp::from_micros(i64::MAX), Err(TimestampError::Range));
    }

    /// What is taken in can be kept and written out again.
    #[test]
    fn an_offset_does_not_lead_out_of_the_years_that_can_be_written_down() {
        for text in ["0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError::Range), "{text}");
        }
        for text in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!((at.to_string().as_str(), Timestamp::from_micros(at.micros())), (text, Ok(at)));
        }
    }
}
