//! What an authority says is still missing before it lets somebody in.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

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

    /// What a client says that it can do, as a part of the `claims` parameter, such as `cp1`: that it understands claims
    /// challenges ("Client capabilities").
    #[must_use]
    pub fn capabilities(names: &[&str]) -> Self {
        Self(json!({ "access_token": { "xms_cc": { "values": names } } }).to_string())
    }

    /// Both in one, because a request has one `claims` parameter. Objects are merged member by member and lists are joined;
    /// where both say something else, it is this one that counts.
    #[must_use]
    pub fn merged_with(&self, other: &Self) -> Self {
        let read = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        let mut both = read(&self.0);
        merge(&mut both, read(&other.0));
        Self(both.to_string())
    }

    /// Asks for a sign-in that satisfies this authentication context.
    pub(crate) fn authentication_context(context: &str) -> Self {
        Self(json!({ "access_token": { "acrs": { "essential": true, "value": context } } }).to_string())
    }

    /// The JSON, as it has to be passed on.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What `into` says stays.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                match into.get_mut(&name) {
                    // `null` asks for a claim without saying how (OpenID Connect Core 1.0 section 5.5.1).
                    Some(existing @ Value::Null) => *existing = value,
                    Some(existing) => merge(existing, value),
                    None => drop(into.insert(name, value)),
                }
            }
        }
        (Value::Array(into), Value::Array(from)) => {
            for value in from {
                if !into.contains(&value) {
                    into.push(value);
                }
            }
        }
        _ => {}
    }
}

impl fmt::Debug for ClaimsChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimsChallenge")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
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

    #[test]
    fn claims_are_merged_and_not_put_behind_one_another() {
        let merged = |one: &str, other: &str| {
            let read = |text| ClaimsChallenge::read(text).unwrap();
            serde_json::from_str::<Value>(read(one).merged_with(&read(other)).as_str()).unwrap()
        };
        let challenge = ClaimsChallenge::authentication_context("c1");
        let capabilities = ClaimsChallenge::capabilities(&["cp1"]);
        let both = json!({ "access_token": {
            "acrs": { "essential": true, "value": "c1" }, "xms_cc": { "values": ["cp1"] },
        } });
        assert_eq!(merged(challenge.as_str(), capabilities.as_str()), both);
        assert_eq!(merged(capabilities.as_str(), challenge.as_str()), both);
        assert_eq!(merged(challenge.as_str(), challenge.as_str()), merged(challenge.as_str(), "{}"));
        for (one, other, expected) in [
            (json!({ "a": { "b": [1, 2] } }), json!({ "a": { "b": [2, 3] } }), json!({ "a": { "b": [1, 2, 3] } })),
            (json!({ "a": 1 }), json!({ "a": 2, "b": 3 }), json!({ "a": 1, "b": 3 })),
            (json!({ "a": { "b": 1 } }), json!({ "a": null }), json!({ "a": { "b": 1 } })),
            (json!({ "a": null }), json!({ "a": { "b": 1 } }), json!({ "a": { "b": 1 } })),
            (json!({ "a": {} }), json!({ "a": [1] }), json!({ "a": {} })),
            (json!({}), json!({}), json!({})),
        ] {
            assert_eq!(merged(&one.to_string(), &other.to_string()), expected, "{one} {other}");
        }
    }
}
