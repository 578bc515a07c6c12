//! Query strings from outside: short, and each parameter at most once (RFC 6749 section 3.1).

use std::collections::BTreeMap;

/// Longer than any authority's callback.
const LONGEST: usize = 8 * 1024;

/// The parameters, or `None` if the query is too long or repeats one.
pub(super) fn parse(query: Option<&str>) -> Option<BTreeMap<String, String>> {
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
