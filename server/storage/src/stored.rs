//! Values of the vocabulary as columns keep them, and back. A stored value that no Muster writes is an error that names
//! its column, never a default.

use std::fmt::Display;
use std::str::FromStr;

use domain::{SeverityKey, Timestamp, UserId};
use services::ports::Lost;

use crate::failure::Failure;

/// A word or a text of the vocabulary.
pub(crate) fn read<T>(column: &'static str, text: &str) -> Result<T, Failure>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|why: T::Err| Failure::damaged(column, why))
}

/// An instant, kept as whole microseconds since 1970 in UTC.
pub(crate) fn instant(micros: i64) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_micros(micros)?)
}

/// An instant that may be missing.
pub(crate) fn instant_if(micros: Option<i64>) -> Result<Option<Timestamp>, Failure> {
    micros.map(instant).transpose()
}

/// An instant that may be missing, as its column keeps it.
pub(crate) fn micros_if(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::micros)
}

/// A count that never exceeds 32 bits.
pub(crate) fn count(column: &'static str, value: i64) -> Result<u32, Failure> {
    u32::try_from(value).map_err(|_| Failure::damaged(column, value))
}

/// A severity by its rank.
pub(crate) fn severity(rank: i16) -> Result<SeverityKey, Failure> {
    SeverityKey::ALL
        .into_iter()
        .find(|key| i16::from(key.rank()) == rank)
        .ok_or_else(|| Failure::damaged("severity", rank))
}

/// The rank that lists sort by; without a severity an incident comes last.
pub(crate) fn rank(severity: Option<SeverityKey>) -> i16 {
    severity.map_or(9, |key| i16::from(key.rank()))
}

/// What names are sorted and compared by: letter case does not matter.
pub(crate) fn sort_name(name: &str) -> String {
    name.to_lowercase()
}

/// What the change feed calls an incident.
pub(crate) const INCIDENT: &str = "incident";

/// Who lost sight of an incident, as the change feed keeps it.
pub(crate) fn lost(lost: &Lost) -> Option<String> {
    match lost {
        Lost::Nobody => None,
        Lost::Everybody => Some("*".to_owned()),
        Lost::People(people) => Some(people.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
    }
}

/// The way back from [`lost`].
pub(crate) fn read_lost(text: Option<&str>) -> Result<Lost, Failure> {
    Ok(match text {
        None => Lost::Nobody,
        Some("*") => Lost::Everybody,
        Some(ids) => {
            Lost::People(ids.split(' ').map(|id| read::<UserId>("change.lost", id)).collect::<Result<_, _>>()?)
        }
    })
}

/// Rows that one statement may carry: under 32 766 values, the least that either engine takes.
pub(crate) const ROWS_PER_STATEMENT: usize = 500;
