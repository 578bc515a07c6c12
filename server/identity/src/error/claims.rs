//! What an authority says is still missing before it lets somebody in.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const LONGEST: usize = 4096;

/// `claims` of an error: a JSON object for the `claims` parameter of the next authorization request (OpenID Connect Core 1.0
/// section 5.5; "Claims challenges", Microsoft identity platform documentation). `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimsChallenge(String);

impl ClaimsChallenge {
    /// Reads it; anything but an object of reasonable size is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let object = text.len() <= LONGEST && serde_json::from_str::<Map<String, Value>>(text).is_ok();
        object.then(|| Self(text.to_owned()))
    }

    /// The JSON, as it has to be passed on.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClaimsChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimsChallenge")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_an_object_of_reasonable_size() {
        let good = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}";
        assert_eq!(ClaimsChallenge::read(good).as_ref().map(ClaimsChallenge::as_str), Some(good));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(LONGEST));
        for odd in ["", "[]", "\"a\"", "{", "{}x", &long] {
            assert_eq!(ClaimsChallenge::read(odd), None, "{odd}");
        }
    }
}
