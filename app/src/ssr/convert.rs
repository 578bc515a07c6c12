//! From typed texts to the inputs of use cases, and from their conflicts to ours. A text that no honest form sends is
//! named like any other fault.

use domain::view::ConflictView;
use domain::{EntryKind, Invalid, SeverityKey};
use services::{Act, AddNote, Declare, Edit};

use super::change;
use crate::conflict::{Conflict, Theirs};
use crate::forms::{ActForm, DeclareForm, EditForm, NoteForm};

/// Collects what cannot be read.
#[derive(Default)]
struct Reader(Vec<Invalid>);

impl Reader {
    fn read<T: std::str::FromStr>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T::Err: ToString,
    {
        let read = text.parse().map_err(|why: T::Err| why.to_string());
        read.map_err(|why| self.0.push(Invalid::new(field, why))).ok()
    }

    fn optional<T: std::str::FromStr>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T::Err: ToString,
    {
        (!text.is_empty()).then(|| self.read(field, text)).flatten()
    }

    fn each<T: std::str::FromStr>(&mut self, field: &str, texts: &[String]) -> Vec<T>
    where
        T::Err: ToString,
    {
        texts.iter().filter_map(|text| self.read(field, text)).collect()
    }

    fn restricted(&mut self, text: &str) -> Option<bool> {
        self.optional::<domain::Visibility>("visibility", text)
            .map(|visibility| visibility == domain::Visibility::Restricted)
    }

    fn finish<T>(self, value: T) -> Result<T, Vec<Invalid>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

fn key(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl TryFrom<&DeclareForm> for Declare {
    type Error = Vec<Invalid>;

    fn try_from(form: &DeclareForm) -> Result<Self, Vec<Invalid>> {
        let mut reader = Reader::default();
        let declare = Self {
            title: form.title.clone(),
            summary: form.summary.clone(),
            severity: reader.optional("severity", &form.severity),
            services: reader.each("services", &form.services),
            restricted: reader.restricted(&form.visibility).unwrap_or_default(),
            people: reader.each("people", &form.people),
            others: form.others.clone(),
            triage: form.triage,
            test: form.test,
            source: domain::Source::Manual,
            idempotency_key: key(&form.key),
        };
        reader.finish(declare)
    }
}

impl From<&NoteForm> for AddNote {
    fn from(form: &NoteForm) -> Self {
        Self { body: form.body.clone(), idempotency_key: key(&form.key) }
    }
}

impl TryFrom<&ActForm> for Act {
    type Error = Vec<Invalid>;

    fn try_from(form: &ActForm) -> Result<Self, Vec<Invalid>> {
        let mut reader = Reader::default();
        let action = reader.read("action", &form.action);
        let version = reader.read("version", &form.version);
        let severity = reader.optional::<SeverityKey>("severity", &form.severity);
        match (action, version) {
            (Some(action), Some(version)) => {
                reader.finish(Self { action, version, reason: form.reason.clone(), severity })
            }
            _ => Err(reader.0),
        }
    }
}

impl TryFrom<&EditForm> for Edit {
    type Error = Vec<Invalid>;

    fn try_from(form: &EditForm) -> Result<Self, Vec<Invalid>> {
        let mut reader = Reader::default();
        let edit = Self {
            version: reader.read("version", &form.version).unwrap_or_default(),
            title: form.title.clone(),
            summary: form.summary.clone(),
            severity: reader.optional("severity", &form.severity),
            services: reader.each("services", &form.services),
            restricted: reader.restricted(&form.visibility),
            people: reader.each("people", &form.people),
            others: form.others.clone(),
        };
        reader.finish(edit)
    }
}

/// What a person has to know about the changes that came before theirs.
pub(crate) fn conflict_of(view: &ConflictView) -> Conflict {
    let fields = view.changes.iter().filter_map(|entry| match &entry.what {
        EntryKind::FieldChanged { field, before, after } => Some(Theirs::Text(*field, before.clone(), after.clone())),
        EntryKind::SeverityChanged { from, to } => Some(Theirs::Severity(*from, *to)),
        EntryKind::Declared { .. } | EntryKind::StatusChanged { .. } | EntryKind::Note | EntryKind::Import { .. } => {
            None
        }
    });
    Conflict {
        current: view.current,
        fields: fields.collect(),
        changes: view.changes.iter().map(change).collect(),
        lists: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_cannot_be_read_is_named() {
        let form = DeclareForm {
            severity: "SEV9".into(),
            services: vec!["x".into()],
            visibility: "secret".into(),
            people: vec!["y".into()],
            ..DeclareForm::default()
        };
        let faults = Declare::try_from(&form).err().unwrap_or_default();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["severity", "services", "visibility", "people"]);
    }

    #[test]
    fn nothing_chosen_is_nothing() {
        let declare = Declare::try_from(&DeclareForm::default());
        assert_eq!(declare, Ok(Declare::default()));
        let edit = Edit::try_from(&EditForm { version: "4".into(), ..EditForm::default() });
        assert_eq!(edit.map(|edit| (edit.version, edit.restricted)), Ok((4, None)));
    }

    #[test]
    fn a_step_needs_its_word_and_a_version() {
        let faults = Act::try_from(&ActForm::default()).err().unwrap_or_default();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["action", "version"]);
    }
}
