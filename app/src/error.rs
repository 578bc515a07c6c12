//! What went wrong, as far as a person may know it. The only error that crosses from the server to the browser.

use domain::Invalid;
use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::conflict::Conflict;
use crate::json::JsonText;

/// Why a page or a form did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in, or not any more.
    #[error("Your session has ended. Sign in to go on.")]
    Unauthenticated,
    /// The person's roles do not cover it.
    #[error("Your role does not allow this. Ask your organisation's administrator for one that does.")]
    Forbidden,
    /// There is no such thing for this person.
    #[error("There is nothing at this address, or it is not open to you.")]
    NotFound,
    /// Fields are wrong; all of them are listed.
    #[error("Some of what you typed needs another look.")]
    Invalid(Vec<Invalid>),
    /// The incident cannot be moved this way; says why.
    #[error("{0}")]
    Refused(String),
    /// The same form was sent before with other content.
    #[error("This form was sent before with other content. Open it again, so that nothing is done twice.")]
    KeyReused,
    /// The form was shown to somebody else, before another person signed in here.
    #[error(
        "You are signed in as {0} now, and this form was opened by somebody else. Nothing was saved. Copy your text, then open the page again."
    )]
    OtherPerson(String),
    /// Somebody else was faster.
    #[error("Somebody changed this incident since you opened it. Nothing of yours was saved yet.")]
    Stale(Conflict),
    /// The records cannot be reached or written just now.
    #[error("Muster cannot reach its records just now. Nothing was saved; try again in a moment.")]
    Unavailable,
    /// Our own fault.
    #[error("Something went wrong on our side. Nothing was saved.{}", note(.reference))]
    Internal {
        /// Finds the log lines; empty if there is none.
        reference: String,
    },
    /// More was sent than Muster takes.
    #[error(
        "This is longer than Muster can take. Nothing was saved and your text is still here: shorten it and try again."
    )]
    TooLarge,
    /// Nothing came of the request within the time it is given.
    #[error("Muster took too long to answer. It may be done all the same: look before you try again.")]
    TimedOut,
    /// The request could not be read.
    #[error("Muster could not read this request. Reload the page and try again.")]
    Malformed,
    /// The browser did not get through.
    #[error("Muster could not be reached. Check your connection and try again.")]
    Unreachable,
}

fn note(reference: &str) -> String {
    if reference.is_empty() { String::new() } else { format!(" Tell your administrator this reference: {reference}") }
}

impl AppError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Stale(_) | Self::OtherPerson(_) => 409,
            Self::Invalid(_) | Self::Refused(_) | Self::KeyReused => 422,
            Self::Unavailable | Self::TimedOut => 503,
            Self::TooLarge => 413,
            Self::Malformed => 400,
            Self::Internal { .. } | Self::Unreachable => 500,
        }
    }

    /// What is wrong with one field, as the rest of a sentence that starts with the field.
    pub fn fault(&self, field: &str) -> Option<&str> {
        match self {
            Self::Invalid(faults) => faults.iter().find(|fault| fault.field == field).map(|fault| fault.why.as_str()),
            _ => None,
        }
    }

    /// The fields that are wrong, in the order in which they were found.
    pub fn faults(&self) -> &[Invalid] {
        match self {
            Self::Invalid(faults) => faults,
            _ => &[],
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => malformed(),
            // On the server it is the request that could not be read, in the browser the answer.
            ServerFnErrorErr::Deserialization(_) if cfg!(not(target_arch = "wasm32")) => malformed(),
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::Internal { reference: String::new() },
        }
    }
}

fn malformed() -> AppError {
    crate::answer(&AppError::Malformed);
    AppError::Malformed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_foreign_error_goes_nowhere() {
        let error = AppError::from_server_fn_error(ServerFnErrorErr::ServerError("secret".into()));
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn the_gate_says_unauthenticated_as_one_json_string() {
        let body = AppError::Unauthenticated.ser();
        assert_eq!(body, &b"\"Unauthenticated\""[..]);
        assert_eq!(AppError::de(body), AppError::Unauthenticated);
    }

    #[test]
    fn a_fault_is_found_by_its_field() {
        let error = AppError::Invalid(vec![Invalid::new("title", "must not be empty")]);
        assert_eq!(error.fault("title"), Some("must not be empty"));
        assert_eq!(error.fault("summary"), None);
    }
}
