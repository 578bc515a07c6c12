//! Waking rooms, in this process at once and on the other replicas through shared state.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::{IncidentNumber, TenantId};
use serde::{Deserialize, Serialize};
use services::ports::Bell;
use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use super::post::{Arrival, Post};
use super::{Inner, Live};

/// What there may be to look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ring {
    /// The change feed of an organisation.
    Changed(TenantId),
    /// Who is at an incident.
    Gathered(TenantId, IncidentNumber),
    /// Whether the session with this handle is over.
    Ended(String),
}

/// A ring on its way to other replicas.
#[derive(Serialize, Deserialize)]
struct Sent {
    /// The process, which has heard it already.
    from: Uuid,
    ring: Ring,
}

/// What is still to be sent. A ring that waits stands for all like it.
pub(super) struct Rings {
    from: Uuid,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    rings: HashSet<Ring>,
    is_sending: bool,
}

impl Rings {
    #[expect(clippy::disallowed_methods, reason = "only tells this process from the others, and decides nothing else")]
    pub(super) fn new() -> Self {
        Self { from: Uuid::new_v4(), waiting: Mutex::default() }
    }

    /// Puts it with those that wait; true if somebody has to begin to send.
    fn add(&self, ring: Ring) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.rings.insert(ring);
        !std::mem::replace(&mut waiting.is_sending, true)
    }

    /// All that wait. With none the sending is over.
    fn take(&self) -> HashSet<Ring> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_sending = !waiting.rings.is_empty();
        std::mem::take(&mut waiting.rings)
    }
}

impl Live {
    /// Rings here and on all replicas. Nobody waits for it.
    pub fn ring(&self, ring: Ring) {
        self.inner.hear(&ring);
        let Ok(runtime) = Handle::try_current() else { return };
        if self.inner.rings.add(ring) {
            runtime.spawn(send(self.inner.clone()));
        }
    }

    /// Rings here and on all replicas for the streams of a session, and has done so when it returns: a command ends after it.
    pub async fn session_ended(&self, handle: &str) {
        let ring = Ring::Ended(handle.to_owned());
        self.inner.hear(&ring);
        self.inner.publish(ring).await;
    }
}

impl Bell for Live {
    fn changed(&self, tenant: TenantId) {
        self.ring(Ring::Changed(tenant));
    }

    fn gathered(&self, tenant: TenantId, number: IncidentNumber) {
        self.ring(Ring::Gathered(tenant, number));
    }
}

/// Sends what waits until nothing does.
async fn send(live: Arc<Inner>) {
    loop {
        let rings = live.rings.take();
        if rings.is_empty() {
            return;
        }
        for ring in rings {
            live.publish(ring).await;
        }
    }
}

impl Inner {
    async fn publish(&self, ring: Ring) {
        let Ok(message) = serde_json::to_vec(&Sent { from: self.rings.from, ring }) else { return };
        self.post.send(&message).await;
    }

    /// Wakes whom it concerns in this process.
    pub(super) fn hear(&self, ring: &Ring) {
        match ring {
            Ring::Changed(tenant) => {
                if let Some(room) = self.room(*tenant) {
                    room.wake();
                }
            }
            Ring::Gathered(tenant, number) => {
                if let Some(room) = self.room(*tenant) {
                    room.gathered(*number);
                }
            }
            Ring::Ended(handle) => self.all_rooms().iter().for_each(|room| room.seats.look(Some(handle))),
        }
    }

    /// What another process sent. What cannot be read is of another release.
    fn hear_message(&self, message: &[u8]) {
        match serde_json::from_slice::<Sent>(message) {
            Ok(sent) if sent.from != self.rings.from => self.hear(&sent.ring),
            Ok(_) | Err(_) => {}
        }
    }

    /// Rings may have been lost: everybody looks.
    fn hear_everything(&self) {
        for room in self.all_rooms() {
            room.wake();
            room.seats.look(None);
        }
    }
}

/// Hears the rings of other replicas for as long as the process serves.
pub(super) async fn hear(live: Weak<Inner>, post: Post, mut closing: watch::Receiver<bool>) {
    let hearing = post.receive(|arrival| {
        let Some(live) = live.upgrade() else { return ControlFlow::Break(()) };
        match arrival {
            Arrival::Message(message) => live.hear_message(&message),
            Arrival::Lost => live.hear_everything(),
        }
        ControlFlow::Continue(())
    });
    tokio::select! {
        // An error says that nobody is left who could close it.
        _ = closing.wait_for(|closing| *closing) => {}
        () = hearing => {}
    }
}
