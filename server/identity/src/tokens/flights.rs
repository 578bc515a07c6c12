//! One request to the authority for all who want the same at the same time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use super::{
    access::AccessToken,
    error::{AcquireError, Away},
};
use crate::to_the_end::to_the_end;

type Outcome = Result<AccessToken, AcquireError>;

/// Whose, for what, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flight {
    pub(super) owner: String,
    pub(super) request: String,
    pub(super) claims: Option<String>,
    pub(super) forced: bool,
    pub(super) ahead: bool,
}

/// What is under way in this process.
#[derive(Clone, Default)]
pub(super) struct Flights {
    open: Arc<Mutex<HashMap<Flight, Shared<BoxFuture<'static, Outcome>>>>>,
}

impl std::fmt::Debug for Flights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl Flights {
    /// The outcome of the flight that is under way, or of `work`. It comes to its end whether or not anybody waits for it: a
    /// new refresh token must not be lost because its browser has gone.
    pub(super) async fn join(&self, flight: Flight, work: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
        let joined = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(under_way) = open.get(&flight) {
                under_way.clone()
            } else {
                let landing = Landing { flights: self.clone(), flight: flight.clone() };
                let begun = to_the_end(async move {
                    let _landing = landing;
                    work.await
                });
                // A defect of ours must not be everybody's who waits.
                let begun = std::panic::AssertUnwindSafe(begun).catch_unwind();
                let begun = begun.map(|done| done.unwrap_or(Err(AcquireError::unavailable(Away::Busy))));
                let begun = begun.boxed().shared();
                open.insert(flight, begun.clone());
                begun
            }
        };
        joined.await
    }
}

/// Takes a flight off the list when it is over, however it ends.
struct Landing {
    flights: Flights,
    flight: Flight,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.flights.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.flight);
    }
}
