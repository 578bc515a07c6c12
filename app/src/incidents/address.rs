//! The query part of addresses, as it was typed or linked.

use std::str::FromStr;

use domain::{IncidentQuery, Invalid};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// What the address of the list asks for, word by word; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAddress {
    /// A [`domain::Tab`].
    pub tab: String,
    /// A [`domain::SeverityKey`].
    pub severity: String,
    /// A [`domain::Sort`].
    pub sort: String,
    /// A [`domain::PageSize`].
    pub size: String,
    /// Asks for the page after another one.
    pub after: String,
}

impl ListAddress {
    /// Out of the address of a page.
    pub fn of(query: &ParamsMap) -> Self {
        let word = |name: &str| query.get(name).unwrap_or_default();
        Self {
            tab: word("tab"),
            severity: word("severity"),
            sort: word("sort"),
            size: word("size"),
            after: word("after"),
        }
    }

    /// The question it asks.
    ///
    /// # Errors
    /// Every word that means nothing.
    pub fn query(&self) -> Result<IncidentQuery, Vec<Invalid>> {
        let mut faults = Vec::new();
        let query = IncidentQuery {
            tab: word("tab", &self.tab, &mut faults).unwrap_or_default(),
            severity: word("severity", &self.severity, &mut faults),
            sort: word("sort", &self.sort, &mut faults).unwrap_or_default(),
            size: word("size", &self.size, &mut faults).unwrap_or_default(),
        };
        if faults.is_empty() { Ok(query) } else { Err(faults) }
    }

    /// The cursor, if it is not the first page.
    pub fn after(&self) -> Option<&str> {
        Some(self.after.as_str()).filter(|after| !after.is_empty())
    }
}

fn word<T: FromStr>(field: &str, text: &str, faults: &mut Vec<Invalid>) -> Option<T>
where
    T::Err: ToString,
{
    if text.is_empty() {
        return None;
    }
    let read = text.parse::<T>();
    read.map_err(|why| faults.push(Invalid::new(field, why))).ok()
}

/// What the address of one incident asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentAddress {
    /// The number as it stands in the path.
    pub number: String,
    /// `newest`, `oldest`, or what fits the state of the incident.
    pub order: String,
    /// Asks for the page after another one.
    pub after: String,
}

impl IncidentAddress {
    /// Out of the address of a page.
    pub fn of(path: &ParamsMap, query: &ParamsMap) -> Self {
        Self {
            number: path.get("number").unwrap_or_default(),
            order: query.get("order").unwrap_or_default(),
            after: query.get("after").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{SeverityKey, Tab};

    use super::*;

    #[test]
    fn an_empty_address_asks_for_the_defaults() {
        let address = ListAddress::default();
        assert_eq!(address.query(), Ok(IncidentQuery::default()));
        assert_eq!(address.after(), None);
    }

    #[test]
    fn words_are_read_and_nonsense_is_named() {
        let mut address = ListAddress { tab: "done".into(), severity: "sev2".into(), ..ListAddress::default() };
        let query = address.query().unwrap_or_default();
        assert_eq!((query.tab, query.severity), (Tab::Done, Some(SeverityKey::Sev2)));
        address.tab = "old".into();
        address.size = "7".into();
        let faults = address.query().err().unwrap_or_default();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["tab", "size"]);
    }
}
