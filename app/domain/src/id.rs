//! Identifiers: parsed and shown here, minted on the server.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}")]
pub struct IdError {
    text: String,
    what: &'static str,
}

impl IdError {
    fn new(text: &str, what: &'static str) -> Self {
        Self { text: text.chars().take(60).collect(), what }
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError::new(text, $what))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

uuid_id!(
    /// A tenant; equals the Entra directory id (`tid`).
    TenantId,
    "a tenant id"
);
uuid_id!(
    /// A person within a tenant.
    UserId,
    "a user id"
);
uuid_id!(
    /// An incident. `UUIDv7`, so ids sort by the time they were minted.
    IncidentId,
    "an incident id"
);
uuid_id!(
    /// A service that incidents affect.
    ServiceId,
    "a service id"
);
uuid_id!(
    /// One entry of an incident's timeline. `UUIDv7`.
    EntryId,
    "a timeline entry id"
);

/// The number people say aloud: `INC-1042`. Counts up per tenant from 1 and is never given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentNumber(pub u32);

impl fmt::Display for IncidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INC-{}", self.0)
    }
}

impl FromStr for IncidentNumber {
    type Err = IdError;

    /// Reads `INC-1042` in any letter case, or the bare number.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new(text, "an incident number such as INC-1042");
        let digits = match text.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("inc-") => &text[4..],
            _ => text,
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        digits.parse().ok().filter(|n| *n > 0).map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_their_prefix() {
        for text in ["INC-1042", "inc-1042", "1042"] {
            assert_eq!(text.parse(), Ok(IncidentNumber(1042)));
        }
        assert_eq!(IncidentNumber(7).to_string(), "INC-7");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "INC-", "0", "+5", "INC--1", "4294967296", "ÄNC-1"] {
            assert!(text.parse::<IncidentNumber>().is_err(), "{text}");
        }
    }
}
