//! The forms as they travel: plain texts under the names of their fields. The same structs are read from a form post
//! and from a hydrated submit, and given back with what was wrong.

mod act;
mod declare;
mod edit;
mod note;
mod pairs;
mod sessions;

use serde::{Deserialize, Serialize};

pub use act::ActForm;
pub use declare::DeclareForm;
pub use edit::EditForm;
pub use note::NoteForm;
pub use pairs::{Pairs, Typed};
pub use sessions::SessionsForm;

use crate::AppError;

/// One of the two forms at an incident's own address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentForm {
    /// A note.
    Note(NoteForm),
    /// A step.
    Act(ActForm),
}

impl IncidentForm {
    /// By the hidden field `form`. None if it names no form.
    pub fn from_pairs(pairs: &Pairs) -> Option<Self> {
        match pairs.text("form").as_str() {
            NoteForm::NAME => Some(Self::Note(NoteForm::from_pairs(pairs))),
            ActForm::NAME => Some(Self::Act(ActForm::from_pairs(pairs))),
            _ => None,
        }
    }
}

/// What was typed into a form that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormValues {
    /// For declaring.
    Declare(DeclareForm),
    /// For a note.
    Note(NoteForm),
    /// For a step.
    Act(ActForm),
    /// For editing.
    Edit(EditForm),
    /// For ending sessions.
    Sessions(SessionsForm),
}

/// The answer to a form that came without a script: the page shows it again with what was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReply {
    /// As they were typed.
    pub values: FormValues,
    /// Why it was refused.
    pub error: AppError,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hidden_field_tells_the_forms_apart() {
        let pairs = |name: &str| Pairs::new(vec![("form".to_owned(), name.to_owned())]);
        assert!(matches!(IncidentForm::from_pairs(&pairs("note")), Some(IncidentForm::Note(_))));
        assert!(matches!(IncidentForm::from_pairs(&pairs("act")), Some(IncidentForm::Act(_))));
        assert_eq!(IncidentForm::from_pairs(&pairs("other")), None);
    }
}
