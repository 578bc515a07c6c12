//! What can be wrong with a request, in the product's words.

use crate::TransitionError;

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{field}: {why}")]
pub struct Invalid {
    /// The field's name in forms and JSON.
    pub field: String,
    /// What is wrong, as the rest of a sentence that starts with the field.
    pub why: String,
}

impl Invalid {
    /// A field and what is wrong with it.
    #[expect(clippy::needless_pass_by_value, reason = "errors are handed over where they arise")]
    pub fn new(field: &str, why: impl ToString) -> Self {
        Self { field: field.to_owned(), why: why.to_string() }
    }
}

/// Why a request was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// There is no such thing for this person; whether it exists elsewhere is not said.
    #[error("not found")]
    NotFound,
    /// The person's roles do not cover it.
    #[error("not allowed")]
    Forbidden,
    /// The roles cover it, but the person has to prove anew who they are first.
    #[error("a fresh proof of identity is needed")]
    StepUp,
    /// The step cannot be taken.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// Fields are wrong; all of them are listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Invalid>),
    /// Fields are right in themselves, and name something that is not there or not there any more; all of them are listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unknown(Vec<Invalid>),
    /// The form was shown to another person than the one who is signed in now.
    #[error("the form was shown to somebody else")]
    OtherPerson,
    /// The same idempotency key came with other content.
    #[error("the idempotency key was used before for something else")]
    KeyReused,
}
