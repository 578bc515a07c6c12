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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn flight() -> Flight {
        Flight { owner: "one".to_owned(), request: "User.Read".to_owned(), claims: None, forced: false, ahead: false }
    }

    #[tokio::test]
    async fn the_work_is_done_once_at_a_time() {
        let (flights, done) = (Flights::default(), Arc::new(AtomicUsize::new(0)));
        let work = || {
            let done = Arc::clone(&done);
            async move {
                done.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Err(AcquireError::NoAccessToken)
            }
        };
        let (one, two) = tokio::join!(flights.join(flight(), work()), flights.join(flight(), work()));
        assert!(one.is_err() && two.is_err());
        assert_eq!(done.load(Ordering::SeqCst), 1);
        assert!(flights.join(flight(), work()).await.is_err());
        assert_eq!(done.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_defect_ends_nobody_elses_work() {
        let flights = Flights::default();
        let outcome = flights.join(flight(), async { panic!("a defect") }).await;
        assert!(matches!(outcome, Err(AcquireError::Unavailable { away: Away::Busy, .. })), "{outcome:?}");
    }
}
