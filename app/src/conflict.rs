//! Two people at one incident: what the other one changed, and how a form takes it in.

use std::collections::BTreeSet;

use domain::view::{PersonView, ServiceView};
use domain::{Field, SeverityKey, Timestamp};
use serde::{Deserialize, Serialize};

use crate::forms::EditForm;

/// One thing somebody did, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, as the rest of a sentence that starts with who.
    pub words: String,
}

/// A field that somebody else changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theirs {
    /// A text or a list of names, before and after.
    Text(Field, String, String),
    /// The severity, before and after.
    Severity(Option<SeverityKey>, Option<SeverityKey>),
}

/// What was changed since the version a person looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The version there is now.
    pub current: u32,
    /// All changes, oldest first.
    pub changes: Vec<Change>,
    /// The same changes field by field, oldest first.
    pub fields: Vec<Theirs>,
    /// The lists there are now, for an edit. The changes have them as names only.
    pub lists: Option<Lists>,
}

/// What the lists of a form hold now, with the names that it needs to offer them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists {
    /// Services.
    pub services: Vec<ServiceView>,
    /// The people it is open to.
    pub people: Vec<PersonView>,
}

impl Conflict {
    /// The form as it should be shown again: a field the person left alone takes the other's value, a field both
    /// changed keeps what was typed, and saving once more counts against the present version.
    pub fn rebase(&self, form: &EditForm) -> EditForm {
        let mut form = form.clone();
        for theirs in &self.fields {
            match theirs {
                Theirs::Text(Field::Title, before, after) => adopt(&mut form.title, before, after),
                Theirs::Text(Field::Summary, before, after) => {
                    adopt(&mut form.summary, before, after);
                }
                Theirs::Text(Field::Visibility, before, after) => {
                    adopt(&mut form.visibility, before, after);
                }
                Theirs::Text(Field::Services | Field::People, ..) => {}
                Theirs::Severity(before, after) => {
                    let word = |key: &Option<SeverityKey>| key.map_or("", SeverityKey::as_str);
                    adopt(&mut form.severity, word(before), word(after));
                }
            }
        }
        if let Some(now) = &self.lists {
            let services = now.services.iter().map(|service| service.id.to_string());
            adopt_list(&mut form.services, &mut form.services_shown, services.collect());
            let people = now.people.iter().map(|person| person.id.to_string());
            adopt_list(&mut form.people, &mut form.people_shown, people.collect());
        }
        form.version = self.current.to_string();
        form
    }

    /// What a text field holds on record now, if somebody changed it.
    pub fn now(&self, field: Field) -> Option<&str> {
        self.fields.iter().rev().find_map(|theirs| match theirs {
            Theirs::Text(changed, _, after) if *changed == field => Some(after.as_str()),
            Theirs::Text(..) | Theirs::Severity(..) => None,
        })
    }

    /// The severity on record now, if somebody changed it.
    pub fn severity_now(&self) -> Option<Option<SeverityKey>> {
        self.fields.iter().rev().find_map(|theirs| match theirs {
            Theirs::Severity(_, after) => Some(*after),
            Theirs::Text(..) => None,
        })
    }
}

/// Browsers send line breaks as CR LF and records hold LF.
fn adopt(typed: &mut String, before: &str, after: &str) {
    if typed.replace("\r\n", "\n").trim() == before {
        after.clone_into(typed);
    }
}

/// A list that holds what the form was shown with was left alone, in whatever order a browser sends it.
fn adopt_list(typed: &mut Vec<String>, shown: &mut Vec<String>, now: Vec<String>) {
    let set = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    if set(typed) == set(shown) {
        typed.clone_from(&now);
    }
    *shown = now;
}

#[cfg(test)]
mod tests {
    use domain::{ServiceId, UserId};
    use uuid::Uuid;

    use super::*;

    fn service(n: u128) -> ServiceView {
        ServiceView { id: ServiceId(Uuid::from_u128(n)), name: format!("service {n}") }
    }

    fn person(n: u128) -> PersonView {
        PersonView { id: UserId(Uuid::from_u128(n)), name: format!("person {n}") }
    }

    fn ids(ids: &[u128]) -> Vec<String> {
        ids.iter().map(|&id| Uuid::from_u128(id).to_string()).collect()
    }

    fn conflict() -> Conflict {
        let text = |field, before: &str, after: &str| Theirs::Text(field, before.to_owned(), after.to_owned());
        Conflict {
            current: 5,
            changes: Vec::new(),
            fields: vec![
                text(Field::Title, "old", "newer"),
                text(Field::Title, "newer", "newest"),
                text(Field::Summary, "a\nb", "c"),
                Theirs::Severity(Some(SeverityKey::Sev3), Some(SeverityKey::Sev1)),
            ],
            lists: Some(Lists { services: vec![service(3)], people: vec![person(1)] }),
        }
    }

    #[test]
    fn fields_left_alone_take_the_other_value() {
        let form = EditForm {
            version: "3".into(),
            title: "old".into(),
            summary: "a\r\nb\r\n".into(),
            severity: "SEV3".into(),
            ..EditForm::default()
        };
        let rebased = conflict().rebase(&form);
        assert_eq!(rebased.title, "newest");
        assert_eq!(rebased.summary, "c");
        assert_eq!(rebased.severity, "SEV1");
        assert_eq!(rebased.version, "5");
    }

    #[test]
    fn a_list_left_alone_takes_the_others_and_one_that_was_changed_stays() {
        let form = EditForm {
            services: ids(&[1, 2]),
            services_shown: ids(&[1]),
            people: ids(&[1, 2]),
            people_shown: ids(&[2, 1]),
            ..EditForm::default()
        };
        let rebased = conflict().rebase(&form);
        assert_eq!((rebased.services, rebased.services_shown), (ids(&[1, 2]), ids(&[3])));
        assert_eq!((rebased.people, rebased.people_shown), (ids(&[1]), ids(&[1])));
    }

    #[test]
    fn fields_both_changed_keep_what_was_typed() {
        let form = EditForm { title: "mine".into(), severity: "SEV2".into(), ..EditForm::default() };
        let rebased = conflict().rebase(&form);
        assert_eq!(rebased.title, "mine");
        assert_eq!(rebased.severity, "SEV2");
        assert_eq!(conflict().now(Field::Title), Some("newest"));
        assert_eq!(conflict().severity_now(), Some(Some(SeverityKey::Sev1)));
        assert_eq!(conflict().now(Field::People), None);
    }
}
