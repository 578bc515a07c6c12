//! One draft: what it is called and how it is written down.

use crate::forms::Pairs;

/// What the names of all drafts begin with.
pub(super) const PREFIX: &str = "muster-draft ";

/// The fields of a form in order, a name as often as it has values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft(Vec<(String, String)>);

impl Draft {
    pub fn of(pairs: &Pairs) -> Self {
        Self(pairs.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    pub fn to_text(&self) -> String {
        // Texts can always be written.
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// None for what another release wrote.
    pub fn of_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }
}

/// The name of a draft: whose it is, where it is posted to, and which of the forms there it is.
pub(super) fn key_of(viewer: &str, action: &str, form: &str, step: &str) -> String {
    format!("{PREFIX}{viewer} {action} {form} {step}")
}

/// Whose draft has this name.
pub(super) fn whose(key: &str) -> Option<&str> {
    key.strip_prefix(PREFIX)?.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whose_it_is() {
        let key = key_of("amara", "/incidents/7", "act", "decline");
        assert_eq!(whose(&key), Some("amara"));
        assert_ne!(key, key_of("amara", "/incidents/7", "act", "resolve"));
        assert_eq!(whose("something else"), None);
    }

    #[test]
    fn it_comes_back_as_it_was() {
        let pairs =
            Pairs::new(vec![("body".to_owned(), "a\r\n\"b\"".to_owned()), ("people".to_owned(), "1".to_owned())]);
        let draft = Draft::of(&pairs);
        assert_eq!(Draft::of_text(&draft.to_text()), Some(draft));
        assert_eq!(Draft::of_text("{}"), None);
    }
}
