//! Fields of an entry, read leniently.

use serde_json::{Map, Value};
use time::OffsetDateTime;

/// One entry of a member of the document.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Entry<'a> {
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// A text that is not blank.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// A moment: seconds since 1970 as a decimal string, as MSAL writes them, or as a number.
    pub(super) fn moment(self, name: &str) -> Option<OffsetDateTime> {
        let seconds = match self.0.get(name)? {
            Value::String(text) => text.trim().parse().ok()?,
            number => number.as_i64()?,
        };
        // Before 1970 there were no tokens.
        (seconds >= 0).then(|| OffsetDateTime::from_unix_timestamp(seconds).ok())?
    }

    /// Whether it says anything under this name.
    pub(super) fn says(self, name: &str) -> bool {
        match self.0.get(name) {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Object(fields)) => !fields.is_empty(),
            Some(_) => true,
        }
    }
}

/// As MSAL writes a moment.
pub(super) fn seconds(moment: OffsetDateTime) -> Value {
    moment.unix_timestamp().to_string().into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moments_are_numerals_or_numbers_of_seconds() {
        let read = |value: Value| Entry(json!({ "at": value }).as_object().unwrap()).moment("at");
        let noon = OffsetDateTime::from_unix_timestamp(1_795_973_220).unwrap();
        assert_eq!(read(json!("1795973220")), Some(noon));
        assert_eq!(read(json!(1_795_973_220)), Some(noon));
        assert_eq!(seconds(noon), json!("1795973220"));
        let wrong = [json!(""), json!("soon"), json!("-1"), json!(-1), json!(null), json!([]), json!(1.5)];
        for wrong in wrong.into_iter().chain([json!(u64::MAX), json!("99999999999999999999"), json!(i64::MAX)]) {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_null_or_empty_says_nothing() {
        let entry = json!({ "a": null, "b": "", "c": {}, "d": false, "e": "x", "f": 0, "g": { "x": 1 } });
        let entry = Entry(entry.as_object().unwrap());
        let saying: Vec<&str> =
            ["a", "b", "c", "d", "e", "f", "g", "h"].into_iter().filter(|name| entry.says(name)).collect();
        assert_eq!(saying, ["e", "f", "g"]);
        assert_eq!((entry.text("b"), entry.text("e"), entry.text("f")), (None, Some("x"), None));
    }
}
