//! What people write, with its limits. The limits are hard: a text that is too long is refused, never cut.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text was refused. The field it belongs to is named by whoever asked for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space where something is needed.
    #[error("must not be empty")]
    Empty,
    /// More characters than fit.
    #[error("has {length} characters; at most {limit} fit")]
    TooLong {
        /// Unicode scalar values after normalisation.
        length: usize,
        /// The most that fit.
        limit: usize,
    },
    /// A control character that no keyboard types (tab and line breaks are fine where several lines are).
    #[error("has a control character at position {at}; remove it")]
    Control {
        /// Position in characters, counted from 1.
        at: usize,
    },
}

/// A text with limits of its own.
pub trait Text: Sized {
    /// The most Unicode scalar values that fit, counted after NFC.
    const LIMIT: usize;
    /// Whether nothing is a value too.
    const OPTIONAL: bool;
    /// Whether line breaks and tabs are welcome.
    const LINES: bool;

    /// Normalises to NFC, trims the ends and checks the limits.
    ///
    /// # Errors
    /// [`TextError`] says what is wrong with the text.
    fn read(text: &str) -> Result<Self, TextError>;
}

fn check<T: Text>(text: &str) -> Result<String, TextError> {
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    let text = text.trim();
    if text.is_empty() && !T::OPTIONAL {
        return Err(TextError::Empty);
    }
    let welcome = |c: char| !c.is_control() || (T::LINES && matches!(c, '\n' | '\t'));
    if let Some(at) = text.chars().position(|c| !welcome(c)) {
        return Err(TextError::Control { at: at + 1 });
    }
    let length = text.chars().count();
    if length > T::LIMIT {
        return Err(TextError::TooLong { length, limit: T::LIMIT });
    }
    Ok(text.to_owned())
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $limit:literal, optional: $optional:literal, lines: $lines:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl Text for $name {
            const LIMIT: usize = $limit;
            const OPTIONAL: bool = $optional;
            const LINES: bool = $lines;

            fn read(text: &str) -> Result<Self, TextError> {
                check::<Self>(text).map(Self)
            }
        }

        impl $name {
            /// The text as it was read.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::read(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                Self::read(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// What an incident is called: one line of 1 to 200 characters.
    Title, 200, optional: false, lines: false
);
text!(
    /// What is known so far: Markdown of at most 20 000 characters, or nothing yet.
    Summary, 20_000, optional: true, lines: true
);
impl Default for Summary {
    /// Nothing yet.
    fn default() -> Self {
        Self(String::new())
    }
}

text!(
    /// A note on the timeline: Markdown of 1 to 20 000 characters.
    Note, 20_000, optional: false, lines: true
);
text!(
    /// Why something was done: 1 to 2 000 characters.
    Reason, 2_000, optional: false, lines: true
);
text!(
    /// The name of a service, a person or a tenant: one line of 1 to 120 characters.
    Name, 120, optional: false, lines: false
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_scalar_values_after_nfc() {
        let decomposed = "e\u{301}".repeat(200);
        assert_eq!(Title::read(&decomposed).map(|t| t.as_str().chars().count()), Ok(200));
        assert_eq!(Title::read(&"x".repeat(201)), Err(TextError::TooLong { length: 201, limit: 200 }));
    }

    #[test]
    fn empty_and_control_characters_are_refused() {
        assert_eq!(Title::read(" \u{a0} "), Err(TextError::Empty));
        assert_eq!(Title::read("a\nb"), Err(TextError::Control { at: 2 }));
        assert_eq!(Note::read("a\u{0}b"), Err(TextError::Control { at: 2 }));
        assert_eq!(Note::read(" a\r\n\tb ").map(String::from), Ok("a\n\tb".to_owned()));
        assert_eq!(Summary::read("").map(String::from), Ok(String::new()));
    }
}
