//! The streams of one organisation in this process. What one has not read yet waits in a queue of its own; a reader for whom
//! it is too short is let go, and catches up when it comes back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::IncidentNumber;
use services::ports::{Change, Sight};
use tokio::sync::{Notify, mpsc};

use crate::metrics::SLOW_LISTENERS;

/// Notes that wait for one reader at most.
const QUEUE: usize = 64;
/// Streams of one session at most. A browser has one; a script that opens them without end closes its own.
const STREAMS_OF_A_SESSION: usize = 8;

/// Something that a stream has to deal with.
#[derive(Clone, Debug)]
pub(super) enum Note {
    /// What came in the feed after the place `after`, up to `head`.
    Changes { after: u64, head: u64, changes: Arc<[Change]> },
    /// More than that: the feed goes on from here.
    Reset { head: u64 },
    /// Other people are at an incident.
    Gathered { number: IncidentNumber, sight: Arc<Sight> },
    /// The session may be over.
    Look,
}

/// All streams of one organisation.
pub(super) struct Seats {
    taken: Arc<Mutex<Taken>>,
    /// Wakes the room, which closes when the last one has left.
    pub(super) wake: Arc<Notify>,
}

#[derive(Default)]
struct Taken {
    last: u64,
    seats: Vec<Place>,
}

struct Place {
    number: u64,
    session: String,
    notes: mpsc::Sender<Note>,
}

/// The place of one stream; given up when it is dropped.
pub(super) struct Seat {
    number: u64,
    pub(super) notes: mpsc::Receiver<Note>,
    taken: Arc<Mutex<Taken>>,
    wake: Arc<Notify>,
}

impl Seats {
    pub(super) fn new() -> Self {
        Self { taken: Arc::default(), wake: Arc::default() }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new one, for a stream of this session. The oldest of too many gives way.
    pub(super) fn take(&self, session: &str) -> Seat {
        let (sender, notes) = mpsc::channel(QUEUE);
        let mut taken = self.taken();
        taken.last += 1;
        let number = taken.last;
        let mut own = taken.seats.iter().enumerate().filter(|(_, place)| place.session == session);
        let oldest = own.next().map(|(index, _)| index);
        if own.count() + 2 > STREAMS_OF_A_SESSION
            && let Some(oldest) = oldest
        {
            taken.seats.remove(oldest);
        }
        taken.seats.push(Place { number, session: session.to_owned(), notes: sender });
        Seat { number, notes, taken: self.taken.clone(), wake: self.wake.clone() }
    }

    pub(super) fn count(&self) -> usize {
        self.taken().seats.len()
    }

    /// Tells all.
    pub(super) fn tell(&self, note: &Note) {
        self.taken().seats.retain(|place| place.is_told(note));
    }

    /// Has the streams of a session look whether it is over; of all sessions without one.
    pub(super) fn look(&self, session: Option<&str>) {
        let concerns = |place: &Place| session.is_none_or(|session| place.session == session);
        self.taken().seats.retain(|place| !concerns(place) || place.is_told(&Note::Look));
    }
}

impl Place {
    /// False if there is nobody any more, or from now on.
    fn is_told(&self, note: &Note) -> bool {
        match self.notes.try_send(note.clone()) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                metrics::counter!(SLOW_LISTENERS).increment(1);
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.seats.retain(|place| place.number != self.number);
        drop(taken);
        self.wake.notify_one();
    }
}
