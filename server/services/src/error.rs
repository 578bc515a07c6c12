//! Why a use case did not do what it was asked.

use domain::view::ConflictView;
use domain::{DomainError, Invalid, TransitionError};

use crate::ports::StoreError;

/// Why a use case did not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The product's rules refused it.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// The caller looked at an older version; what changed since then is enclosed.
    #[error("{} was changed by somebody else in the meantime", .0.number)]
    Stale(Box<ConflictView>),
    /// The records cannot be reached or written just now: locked, full, gone. Trying again later may help.
    #[error("the records cannot be reached just now")]
    Unavailable(#[source] StoreError),
    /// Our own fault.
    #[error("internal error")]
    Internal(#[source] StoreError),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::Internal(_) => Self::Internal(error),
        }
    }
}

impl From<TransitionError> for ServiceError {
    fn from(error: TransitionError) -> Self {
        Self::Domain(error.into())
    }
}

impl From<Invalid> for ServiceError {
    fn from(invalid: Invalid) -> Self {
        Self::Domain(DomainError::Invalid(vec![invalid]))
    }
}
