//! Why a document was not read or written.

use super::document::MOST_BYTES;
use crate::{seal::SealError, state::StateError, tokens::CacheError};

/// Why an MSAL cache document was not taken. Nothing of it is repeated here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MsalImportError {
    /// More than is read at once.
    #[error(
        "the document has more than {MOST_BYTES} bytes; import it in parts, each with the entries of some accounts"
    )]
    TooLarge,
    /// No JSON, or nested too deeply.
    #[error("the document is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where it stops being JSON.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// A member is no object, or the document itself.
    #[error("{member} is not an object")]
    NotAnObject {
        /// Which.
        member: &'static str,
    },
    /// Its accounts are those of Microsoft's authorities.
    #[error("the configured authority is not one of Microsoft's, so no MSAL cache is about it")]
    NotMicrosoft,
    /// Shared state could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// A record could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Why no MSAL cache document was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MsalExportError {
    /// Its accounts are those of Microsoft's authorities.
    #[error("the configured authority is not one of Microsoft's, so no MSAL cache can be about it")]
    NotMicrosoft,
    /// Shared state could not be read.
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<CacheError> for MsalImportError {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::State(error) => error.into(),
            CacheError::Seal(error) => error.into(),
        }
    }
}
