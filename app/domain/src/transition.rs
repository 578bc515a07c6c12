//! The table of states and steps. It knows nothing of people; who may take a step is in `policy`.

use crate::Action::{Accept, Cancel, Close, Decline, Identify, Monitor, Regress, Reopen, Resolve, Restore};
use crate::Status::{Cancelled, Closed, Declined, Identified, Investigating, Merged, Monitoring, Resolved, Triage};
use crate::{Action, Invalid, Status, Timestamp};

/// Why a step was not taken. The incident is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The step does not lead out of this state.
    #[error("an incident that is {from} cannot be moved by `{action}`")]
    NotAllowed {
        /// The state it is in.
        from: Status,
        /// The step that was asked for.
        action: Action,
    },
    /// The step needs a reason, a severity or another fact that is not there.
    #[error("{0}")]
    Missing(Invalid),
    /// It was closed too long ago to be reopened.
    #[error("closed at {closed_at}; it could be reopened within {days} days")]
    TooLate {
        /// When it was closed.
        closed_at: Timestamp,
        /// The tenant's limit in days.
        days: u16,
    },
}

/// Where a step leads. A step to the state the incident is already in leads there too, so that a request that is
/// sent twice does not fail the second time.
///
/// # Errors
/// [`TransitionError::NotAllowed`] if the step does not lead out of `from`.
pub fn next(from: Status, action: Action) -> Result<Status, TransitionError> {
    match (from, action) {
        (Triage | Investigating, Accept)
        | (Identified | Monitoring | Investigating, Regress)
        | (Resolved | Closed | Investigating, Reopen)
        | (Declined | Cancelled | Investigating, Restore) => Ok(Investigating),
        (Triage | Declined, Decline) => Ok(Declined),
        (Investigating | Monitoring | Identified, Identify) => Ok(Identified),
        (Investigating | Identified | Resolved | Monitoring, Monitor) => Ok(Monitoring),
        (Investigating | Identified | Monitoring | Resolved, Resolve) => Ok(Resolved),
        (Resolved | Closed, Close) => Ok(Closed),
        (Investigating | Identified | Cancelled, Cancel) => Ok(Cancelled),
        (Triage, Identify | Monitor | Regress | Resolve | Reopen | Close | Cancel | Restore)
        | (Investigating, Decline | Close)
        | (Identified, Accept | Decline | Reopen | Close | Restore)
        | (Monitoring, Accept | Decline | Reopen | Close | Cancel | Restore)
        | (Resolved, Accept | Decline | Identify | Regress | Cancel | Restore)
        | (Closed, Accept | Decline | Identify | Monitor | Regress | Resolve | Cancel | Restore)
        | (Declined, Accept | Identify | Monitor | Regress | Resolve | Reopen | Close | Cancel)
        | (Cancelled, Accept | Decline | Identify | Monitor | Regress | Resolve | Reopen | Close)
        | (Merged, Accept | Decline | Identify | Monitor | Regress | Resolve | Reopen | Close | Cancel | Restore) => {
            Err(TransitionError::NotAllowed { from, action })
        }
    }
}
