//! A value that never prints.

use std::fmt;

use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::random;

/// A client secret or a password. `Debug` does not show it and there is no `Display`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value chosen by the caller.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// A fresh value of 256 random bits.
    pub fn generate() -> Self {
        Self(random::opaque())
    }

    /// The value itself, to hand to the party it is shared with.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not depend on where the values differ.
    pub(crate) fn matches(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_value() {
        assert_eq!(format!("{:?}", Secret::new("planted")), "Secret(..)");
    }

    #[test]
    fn only_the_same_value_matches() {
        let secret = Secret::new("right");
        assert!(secret.matches("right"));
        assert!(!secret.matches("wrong"));
        assert!(!secret.matches("right and more"));
    }
}
