//! What happens, told to open pages while it happens: which incidents to look at again, and that a session is over.
//!
//! The change feed in the records is the truth. A ring only says that there is something to read, so one that is lost costs a
//! few seconds: while somebody listens, the feed is also looked at now and then. Each process reads what is new once for each
//! organisation and hands it to all streams of it; each stream decides for itself what its person may hear.
//!
//! | file | what it does |
//! |---|---|
//! | `handler` | `GET /live`: from a request to a stream |
//! | `listener` | one stream: what it is told, by whose eyes, until when |
//! | `seats` | the streams of one organisation in this process, and their room for what they have not read yet |
//! | `room` | reads the feed of one organisation and hands it on |
//! | `ring` | what wakes rooms, in this process and on all replicas |
//! | `post` | messages between replicas |

mod handler;
mod listener;
mod post;
mod ring;
mod room;
mod seats;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::{SessionState, TenantId};
use services::ports::ChangeFeed;
use tokio::sync::watch;

pub use handler::listen;
pub use post::Post;
pub use ring::Ring;
use ring::Rings;
use room::Room;
use seats::Seat;

/// How often what is done.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// A stream that has nothing to say says so, and looks after its session.
    pub beat: Duration,
    /// The feed is looked at although nobody rang.
    pub look: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { beat: Duration::from_secs(20), look: Duration::from_secs(5) }
    }
}

/// How a session stands, whenever a stream asks.
#[async_trait]
pub trait Watched: Send + Sync {
    /// Looks, without using the session.
    async fn look(&self) -> Look;
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It goes on, this long if nobody uses it.
    GoesOn(Duration),
    /// The stream is over; this is what the browser is told.
    Over(SessionState),
    /// Nobody can say just now.
    Unknown,
}

/// All streams of the process. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    inner: Arc<Inner>,
}

struct Inner {
    feed: Arc<dyn ChangeFeed>,
    post: Post,
    rooms: Mutex<HashMap<TenantId, Arc<Room>>>,
    rings: Rings,
    hears: AtomicBool,
    closing: watch::Sender<bool>,
}

impl Live {
    /// Over these stores. Nothing runs until somebody listens.
    pub fn new(feed: Arc<dyn ChangeFeed>, post: Post) -> Self {
        let inner = Inner {
            feed,
            post,
            rooms: Mutex::default(),
            rings: Rings::new(),
            hears: AtomicBool::new(false),
            closing: watch::Sender::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Ends all streams, now and from now on: browsers go on at another replica.
    pub fn close(&self) {
        self.inner.closing.send_replace(true);
    }

    /// How many streams of an organisation are open in this process.
    pub fn streams(&self, tenant: TenantId) -> usize {
        self.inner.room(tenant).map_or(0, |room| room.seats.count())
    }

    /// A place in the room of an organisation, for a stream of this session. The first one opens the room, and the first in
    /// the process an ear for the rings of other replicas.
    fn join(&self, tenant: TenantId, session: &str, pace: Pace) -> Seat {
        if !self.inner.hears.swap(true, Ordering::Relaxed) {
            tokio::spawn(ring::hear(
                Arc::downgrade(&self.inner),
                self.inner.post.clone(),
                self.inner.closing.subscribe(),
            ));
        }
        let mut rooms = self.inner.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_new = false;
        let room = rooms.entry(tenant).or_insert_with(|| {
            is_new = true;
            Arc::new(Room::new(tenant, pace.look))
        });
        let seat = room.seats.take(session);
        if is_new {
            tokio::spawn(room::keep(room.clone(), Arc::downgrade(&self.inner)));
        }
        seat
    }
}

impl Inner {
    /// Whether the room is still used; if not, it is given up.
    fn keeps(&self, room: &Room) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let is_used = room.seats.count() > 0;
        if !is_used {
            rooms.remove(&room.tenant);
        }
        is_used
    }

    fn all_rooms(&self) -> Vec<Arc<Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn room(&self, tenant: TenantId) -> Option<Arc<Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned()
    }
}
