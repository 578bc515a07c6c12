//! Sessions: an opaque id in the browser, a sealed record in shared state, and a layer that puts the two together once per
//! request.

mod active;
mod change;
mod cookie;
mod ended_there;
mod ending;
mod epoch;
mod follow;
mod index;
mod info;
mod inventory;
mod layer;
mod metadata;
mod record;
mod store;

use crate::{seal::SealError, state::StateError};

pub(crate) use active::SignedOutElsewhere;
pub use active::{ActiveSession, ClientIp, CurrentSession, PassiveRequest, PublicRequest};
pub(crate) use cookie::CookieNames;
pub use ending::{EndReason, EndedSession};
pub use follow::{Followed, FollowedSession};
pub use info::{Page, SessionCursor, SessionCursorError, SessionInfo};
pub(crate) use layer::{Sessions, wrap};
pub(crate) use store::Store;

/// Why a session could not be read or written. Free of the session's id and content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Shared state failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// The record could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The session layer is not around this route; see [`crate::Identity::layer`].
    #[error("the session layer is missing around this route")]
    LayerMissing,
    /// The session layer's own store call failed.
    #[error("the session store failed: {0}")]
    Store(String),
}

impl From<tower_sessions::session::Error> for SessionError {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::Store(error.to_string())
    }
}
