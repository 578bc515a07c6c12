//! What goes into the shared-state port and comes out of it.

use time::OffsetDateTime;
use tokio::sync::broadcast::{self, error::RecvError};

/// A value as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// The bytes as they were put.
    pub value: Vec<u8>,
    /// Changes with every write, never repeats, has no other meaning.
    pub version: u64,
    /// From this moment on the entry is absent.
    pub expires_at: OffsetDateTime,
}

/// What a writer believes to be under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Absent,
    /// Exactly this version.
    Version(u64),
    /// Anything or nothing: the last writer wins.
    Any,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum PutOutcome {
    /// Written, and this is the new version.
    Stored(u64),
    /// Something else was there; nothing was written.
    Conflict,
}

/// A member of an index set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name it was added under.
    pub name: String,
    /// From this moment on it is absent.
    pub expires_at: OffsetDateTime,
}

/// The right to do something alone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is leased.
    pub name: String,
    /// Proof of holding it; only with it can the lease be renewed or given back.
    pub token: String,
    /// Rises with every lease of that name. A resource that remembers the highest fence it has seen can turn away a
    /// holder that lost its lease without noticing.
    pub fence: u64,
    /// From this moment on somebody else may take it.
    pub expires_at: OffsetDateTime,
}

/// A counter after an increment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The sum in this window, the increment included.
    pub value: u64,
    /// When the window ends.
    pub resets_at: OffsetDateTime,
}

/// What an adapter hands to its subscribers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A message as it was published.
    Message(Vec<u8>),
    /// Messages may have been lost on the way here, how many nobody knows.
    Gap,
}

/// The receiving end of a topic.
#[derive(Debug)]
pub struct Subscription {
    receiver: broadcast::Receiver<Delivery>,
}

/// Why a subscription gave no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionEnd {
    /// Messages may be lost, because the receiver was too slow or the store was away. The next call goes on with the oldest
    /// kept one. Whoever follows something by its messages has to look at the thing itself now.
    #[error("messages may have been missed")]
    Missed,
    /// Nobody can publish on this topic any more.
    #[error("the topic is closed")]
    Closed,
}

impl Subscription {
    /// Wraps the receiving half of an in-process channel that an adapter feeds.
    #[must_use]
    pub fn new(receiver: broadcast::Receiver<Delivery>) -> Self {
        Self { receiver }
    }

    /// Waits for the next message.
    ///
    /// # Errors
    /// When messages may have been lost or the topic is closed.
    pub async fn next(&mut self) -> Result<Vec<u8>, SubscriptionEnd> {
        match self.receiver.recv().await {
            Ok(Delivery::Message(message)) => Ok(message),
            Ok(Delivery::Gap) | Err(RecvError::Lagged(_)) => Err(SubscriptionEnd::Missed),
            Err(RecvError::Closed) => Err(SubscriptionEnd::Closed),
        }
    }
}
