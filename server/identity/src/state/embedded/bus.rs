//! Publish/subscribe inside this process, which is all the replicas an embedded store has.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::broadcast;

use crate::state::types::{Delivery, Subscription};

/// Messages kept for a slow receiver before it is told that it missed some.
const BACKLOG: usize = 256;

/// Topics that somebody listens to.
#[derive(Debug, Default)]
pub(super) struct Bus {
    topics: Mutex<HashMap<String, broadcast::Sender<Delivery>>>,
}

impl Bus {
    pub(super) fn publish(&self, topic: &str, message: &[u8]) {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(topic)
            && sender.send(Delivery::Message(message.to_vec())).is_err()
        {
            // Nobody listens any more; the topic comes back with its next subscriber.
            topics.remove(topic);
        }
    }

    pub(super) fn subscribe(&self, topic: &str) -> Subscription {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.retain(|name, sender| name == topic || sender.receiver_count() > 0);
        let sender = topics.entry(topic.to_owned()).or_insert_with(|| broadcast::channel(BACKLOG).0);
        Subscription::new(sender.subscribe())
    }
}
