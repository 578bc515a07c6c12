//! What the last request of a kind contained, for assertions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::params::Params;

/// Fields whose values are not kept.
const SECRET_FIELDS: [&str; 7] =
    ["assertion", "client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "password"];

/// The fields of a request. Secret ones are there by name only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    fields: BTreeMap<String, Option<String>>,
    basic_credentials: bool,
}

impl Recorded {
    pub(super) fn authorize(params: &Params) -> Self {
        Self { fields: params.iter().map(|(name, value)| keep(name, value)).collect(), basic_credentials: false }
    }

    pub(super) fn token(params: &Params, basic_credentials: bool) -> Self {
        Self { basic_credentials, ..Self::authorize(params) }
    }

    /// The value of a field that is not secret.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Option::as_deref)
    }

    /// Whether a field was sent, secret or not.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// The names of all fields, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// Whether the client authenticated with an `Authorization: Basic` header.
    pub fn basic_credentials(&self) -> bool {
        self.basic_credentials
    }
}

fn keep(name: &str, value: &str) -> (String, Option<String>) {
    let secret = SECRET_FIELDS.contains(&name);
    (name.to_owned(), (!secret).then(|| value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_not_kept() {
        let form = "client_secret=planted&assertion=planted&refresh_token=planted&grant_type=authorization_code";
        let recorded = Recorded::token(&Params::parse(form), false);
        for name in ["client_secret", "assertion", "refresh_token"] {
            assert!(recorded.has(name), "{name}");
            assert_eq!(recorded.get(name), None, "{name}");
        }
        assert_eq!(recorded.get("grant_type"), Some("authorization_code"));
        assert!(!format!("{recorded:?}").contains("planted"));
    }
}
