//! Query strings from outside: short, and each parameter at most once (RFC 6749 section 3.1).

use std::collections::BTreeMap;

/// Longer than any authority's callback.
const LONGEST: usize = 8 * 1024;

/// Each by its name.
pub(super) type Parameters = BTreeMap<String, String>;

/// The parameters, or `None` if the query is too long or repeats one.
pub(super) fn parse(query: Option<&str>) -> Option<Parameters> {
    let query = query.unwrap_or_default();
    if query.len() > LONGEST {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_repetitive_queries_are_none() {
        let longest = format!("a={}", "x".repeat(LONGEST - 2));
        assert!(parse(Some(&longest)).is_some());
        assert_eq!(parse(Some(&format!("{longest}x"))), None);
        assert_eq!(parse(Some("a=1&b=2&a=1")), None, "the same value twice is twice all the same");
        assert_eq!(parse(Some("a=1&%61=2")), None, "and so is another spelling");
        assert_eq!(parse(None), Some(BTreeMap::new()));
    }
}
