//! Why shared state could not be read or written.

/// A failed operation on shared state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// It cannot be reached or is busy; trying again later can help.
    #[error("shared state is unavailable: {reason}")]
    Unavailable {
        /// What the store said, free of keys and values.
        reason: String,
    },
    /// There is no room for another entry: the disk or the configured limit is full.
    #[error("shared state is full: {reason}")]
    Full {
        /// What the store said, free of keys and values.
        reason: String,
    },
    /// What is stored cannot be what this program wrote; trying again does not help.
    #[error("shared state is damaged: {reason}")]
    Damaged {
        /// What the store said, free of keys and values.
        reason: String,
    },
}
