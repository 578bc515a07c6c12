//! A form as the browser sends it: names and values, in order, names more than once.

/// The fields of a form post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

/// A text somebody typed, under the word that stands beside its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The word.
    pub label: &'static str,
    /// The text.
    pub text: String,
}

/// The fields in which people write sentences, with their labels.
const WRITTEN: [(&str, &str); 4] = [("title", "Title"), ("summary", "Summary"), ("body", "Note"), ("reason", "Reason")];

impl Pairs {
    /// In the order in which they were sent.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first value under this name; empty if there is none.
    pub fn text(&self, name: &str) -> String {
        self.all(name).next().unwrap_or_default().to_owned()
    }

    /// All names and values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value under this name.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.all(name).map(str::to_owned).collect()
    }

    /// Whether a checkbox of this name was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// What somebody wrote, to be given back when the form cannot be shown again.
    pub fn typed(&self) -> Vec<Typed> {
        WRITTEN
            .into_iter()
            .filter_map(|(name, label)| {
                let text = self.text(name);
                (!text.trim().is_empty()).then_some(Typed { label, text })
            })
            .collect()
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs() -> Pairs {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Pairs::new(vec![
            pair("summary", "long"),
            pair("services", "a"),
            pair("title", " "),
            pair("services", "b"),
            pair("key", "secret"),
        ])
    }

    #[test]
    fn a_name_may_come_more_than_once() {
        assert_eq!(pairs().texts("services"), ["a", "b"]);
        assert_eq!(pairs().text("services"), "a");
        assert_eq!(pairs().text("nothing"), "");
        assert!(pairs().ticked("title") && !pairs().ticked("nothing"));
    }

    #[test]
    fn only_what_was_written_is_given_back() {
        let typed: Vec<_> = pairs().typed().into_iter().map(|t| t.label).collect();
        assert_eq!(typed, ["Summary"]);
    }
}
