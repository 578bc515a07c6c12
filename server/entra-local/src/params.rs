//! Form-encoded parameters, from a query or a body.

use url::form_urlencoded;

/// Names and values in the order they arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The value of `name`. An empty value counts as absent, as RFC 6749 section 3.1 asks.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// What was typed into the field `name`, without the space around it.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).map(str::trim).unwrap_or_default().to_owned()
    }

    /// A name that appears more than once, which RFC 6749 section 3.1 forbids.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let twice = |name: &str| self.0.iter().filter(|(known, _)| known == name).count() > 1;
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| twice(name))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_counts_as_absent() {
        let params = Params::parse("state=&nonce=a%20b");
        assert_eq!(params.get("state"), None);
        assert_eq!(params.get("nonce"), Some("a b"));
    }

    #[test]
    fn a_repeated_name_is_found() {
        assert_eq!(Params::parse("a=1&b=2&a=3").repeated(), Some("a"));
        assert_eq!(Params::parse("a=1&b=2").repeated(), None);
    }
}
