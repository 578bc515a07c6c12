//! `$search` and `$filter` over people, as far as a search field uses them (Microsoft Learn, "Use the $search query
//! parameter" and "Use the $filter query parameter").

use super::{
    error::GraphError,
    users::{given_name, surname},
};
use crate::{params::Params, scenario::Account};

/// A comparison of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Each word of the text begins a word of the property: how Graph searches display names.
    Words(Property, String),
    StartsWith(Property, String),
    Equals(Property, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    DisplayName,
    GivenName,
    Surname,
    Mail,
    UserPrincipalName,
}

/// Who is looked for: one of the alternatives of each list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted(Vec<Vec<Test>>);

impl Wanted {
    pub(super) fn read(query: &Params) -> Result<Self, GraphError> {
        let search = query.get("$search").map(|text| search(text).ok_or(GraphError::Syntax("$search")));
        let filter = query.get("$filter").map(|text| filter(text).ok_or(GraphError::Syntax("$filter")));
        let mut all = search.transpose()?.unwrap_or_default();
        all.extend(filter.transpose()?);
        Ok(Self(all))
    }

    pub(super) fn fits(&self, account: &Account) -> bool {
        self.0.iter().all(|alternatives| alternatives.iter().any(|test| test.holds(account)))
    }
}

impl Property {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "displayName" => Self::DisplayName,
            "givenName" => Self::GivenName,
            "surname" => Self::Surname,
            "mail" => Self::Mail,
            "userPrincipalName" => Self::UserPrincipalName,
            _ => return None,
        })
    }

    fn of(self, account: &Account) -> String {
        let text = match self {
            Self::DisplayName => &account.name,
            Self::GivenName => given_name(account),
            Self::Surname => surname(account),
            Self::Mail => account.email.as_deref().unwrap_or_default(),
            Self::UserPrincipalName => &account.username,
        };
        text.to_lowercase()
    }
}

impl Test {
    fn holds(&self, account: &Account) -> bool {
        match self {
            Self::Words(property, text) => {
                let known = property.of(account);
                let begins = |word: &str| words(&known).any(|known| known.starts_with(word));
                words(text).all(begins)
            }
            Self::StartsWith(property, text) => property.of(account).starts_with(text),
            Self::Equals(property, text) => property.of(account) == *text,
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == '-' || c == '.').filter(|word| !word.is_empty())
}

/// `"property:text"`, joined by `AND` or by `OR`, of which the former binds less.
fn search(text: &str) -> Option<Vec<Vec<Test>>> {
    let mut all = vec![Vec::new()];
    let mut rest = text.trim();
    loop {
        let (clause, after) = clause(rest)?;
        let (name, value) = clause.split_once(':')?;
        let (property, value) = (Property::named(name.trim())?, value.trim().to_lowercase());
        let compare = if property == Property::DisplayName { Test::Words } else { Test::StartsWith };
        all.last_mut()?.push(compare(property, value));
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(all);
        }
        match rest.split_once(' ')? {
            ("OR", after) => rest = after.trim_start(),
            ("AND", after) => {
                all.push(Vec::new());
                rest = after.trim_start();
            }
            _ => return None,
        }
    }
}

/// A text in quotation marks, where a backslash stands before one that is a part of it; and what follows it.
fn clause(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('"')?;
    let mut clause = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((clause, text.get(at + 1..)?)),
            '\\' => clause.push(characters.next()?.1),
            other => clause.push(other),
        }
    }
    None
}

/// `startswith(property,'text')` and `property eq 'text'`, joined by `or`.
fn filter(text: &str) -> Option<Vec<Test>> {
    let mut alternatives = Vec::new();
    let mut rest = text.trim();
    loop {
        let (comparison, after) = if let Some(call) = rest.strip_prefix("startswith(") {
            let (name, value) = call.split_once(',')?;
            let (value, after) = literal(value.trim_start())?;
            let after = after.trim_start().strip_prefix(')')?;
            (Test::StartsWith(Property::named(name.trim())?, value), after)
        } else {
            let (name, value) = rest.split_once(" eq ")?;
            let (value, after) = literal(value.trim_start())?;
            (Test::Equals(Property::named(name.trim())?, value), after)
        };
        alternatives.push(comparison);
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(alternatives);
        }
        rest = rest.strip_prefix("or ")?.trim_start();
    }
}

/// A text in single quotes, where two of them stand for one, in lower case; and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut value = String::new();
    loop {
        let (before, after) = rest.split_once('\'')?;
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value.to_lowercase(), after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(option: &str, text: &str) -> Result<Wanted, GraphError> {
        let pair = url::form_urlencoded::Serializer::new(String::new()).append_pair(option, text).finish();
        Wanted::read(&Params::parse(&pair))
    }

    #[test]
    fn searches_and_filters_are_read() {
        let words = |text: &str| Test::Words(Property::DisplayName, text.to_owned());
        let mail = Test::StartsWith(Property::Mail, "b@".to_owned());
        let both = read("$search", r#""displayName:Ann Lee" AND "displayName:x" OR "mail:B@""#);
        assert_eq!(both, Ok(Wanted(vec![vec![words("ann lee")], vec![words("x"), mail.clone()]])));
        let quoted = read("$search", r#""displayName:a\"b\\c""#);
        assert_eq!(quoted, Ok(Wanted(vec![vec![words("a\"b\\c")]])));
        let filter = read("$filter", "startswith(mail,'b@') or surname eq 'O''Neil'");
        let surname = Test::Equals(Property::Surname, "o'neil".to_owned());
        assert_eq!(filter, Ok(Wanted(vec![vec![mail, surname]])));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in
            ["displayName:ann", r#""ann""#, r#""age:7""#, r#""displayName:a" XOR "mail:b""#, r#""displayName:a"#]
        {
            assert_eq!(read("$search", text), Err(GraphError::Syntax("$search")), "{text}");
        }
        for text in ["endswith(mail,'x')", "startswith(age,'7')", "startswith(mail,x)", "mail eq 'a", "mail ne 'a'"] {
            assert_eq!(read("$filter", text), Err(GraphError::Syntax("$filter")), "{text}");
        }
    }
}
