//! Publish/subscribe: one connection receives for all topics of this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use fred::{
    clients::SubscriberClient,
    interfaces::{ClientLike, EventInterface, PubsubInterface},
    types::{Builder, ClusterHash, Message, config::Options},
    util::redis_keyslot,
};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::{
    failure,
    link::{Link, Repeat},
    options::RedisConfigError,
    watch,
};
use crate::state::{Delivery, StateError, Subscription};

/// Messages kept for a slow receiver before it is told that it missed some.
const BACKLOG: usize = 256;
/// Between attempts to subscribe again after a reconnect.
const PAUSE: Duration = Duration::from_millis(200);

type Topics = Arc<Mutex<HashMap<String, broadcast::Sender<Delivery>>>>;

/// The topics that somebody in this process listens to.
pub(super) struct Bus {
    client: SubscriberClient,
    timeout: Duration,
    topics: Topics,
    /// One change of subscriptions at a time, so that a late "unsubscribe" does not undo a "subscribe".
    changing: tokio::sync::Mutex<()>,
}

impl Bus {
    pub(super) fn open(
        builder: &Builder,
        timeout: Duration,
        stop: &CancellationToken,
    ) -> Result<Self, RedisConfigError> {
        let client = builder.build_subscriber_client().map_err(|error| RedisConfigError::from_fred(&error))?;
        let topics = Topics::default();
        tokio::spawn(deliver(client.clone(), Arc::clone(&topics), stop.clone()));
        tokio::spawn(subscribe_again(client.clone(), Arc::clone(&topics), stop.clone()));
        watch::keep_connected(client.clone(), None, stop.clone());
        Ok(Self { client, timeout, topics, changing: tokio::sync::Mutex::default() })
    }

    /// In a Cluster to the node at which this process listens: what it has published before it subscribes does not come back
    /// to it. The nodes tell each other.
    pub(super) async fn publish(&self, link: &Link, topic: String, message: &[u8]) -> Result<(), StateError> {
        let slot = redis_keyslot(self.client.id().as_bytes());
        // Twice is worse than never: delivery is at most once.
        link.call(Repeat::Never, |client| {
            let options = Options { cluster_hash: Some(ClusterHash::Custom(slot)), ..client.options().clone() };
            let (topic, message) = (topic.clone(), message.to_vec());
            async move { client.with_options(&options).publish::<(), _, _>(topic, message.as_slice()).await }
        })
        .await
    }

    pub(super) async fn subscribe(&self, topic: String) -> Result<Subscription, StateError> {
        let _alone = self.changing.lock().await;
        let unheard = {
            let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
            let unheard: Vec<_> = topics
                .iter()
                .filter(|(name, sender)| **name != topic && sender.receiver_count() == 0)
                .map(|(name, _)| name.clone())
                .collect();
            topics.retain(|name, _| !unheard.contains(name));
            unheard
        };
        if !unheard.is_empty() {
            // Should it fail, messages come in that nobody waits for.
            let _ = tokio::time::timeout(self.timeout, self.client.unsubscribe(unheard)).await;
        }
        // Asked each time, so that a subscription which somebody gave up half-way does not count as one.
        let subscribed = tokio::time::timeout(self.timeout, self.client.subscribe(topic.clone())).await;
        match subscribed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(failure::from_fred(&error)),
            Err(_) => {
                let reason = "Redis did not answer a subscription in time".to_owned();
                return Err(StateError::Unavailable { reason });
            }
        }
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = topics.entry(topic).or_insert_with(|| broadcast::channel(BACKLOG).0);
        Ok(Subscription::new(sender.subscribe()))
    }
}

/// From the one connection to whoever listens.
async fn deliver(client: SubscriberClient, topics: Topics, stop: CancellationToken) {
    let mut messages = client.message_rx();
    loop {
        let message: Message = tokio::select! {
            () = stop.cancelled() => return,
            message = messages.recv() => match message {
                Ok(message) => message,
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "messages came in faster than they could be delivered");
                    tell_of_a_gap(&topics);
                    continue;
                }
                Err(RecvError::Closed) => return,
            },
        };
        let Some(bytes) = message.value.as_bytes() else { continue };
        let topics = topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(&*message.channel) {
            // Fails when nobody listens any more; the topic goes with the next change of subscriptions.
            let _ = sender.send(Delivery::Message(bytes.to_vec()));
        }
    }
}

fn tell_of_a_gap(topics: &Topics) {
    for sender in topics.lock().unwrap_or_else(PoisonError::into_inner).values() {
        let _ = sender.send(Delivery::Gap);
    }
}

/// A new connection knows nothing of what the old one was subscribed to. A cluster that changes may move it as well. What was
/// published in between is lost, which the subscribers are told once they are subscribed again.
async fn subscribe_again(client: SubscriberClient, topics: Topics, stop: CancellationToken) {
    let (mut connections, mut changes) = (client.reconnect_rx(), client.cluster_change_rx());
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            event = connections.recv() => if event == Err(RecvError::Closed) { return },
            event = changes.recv() => if event == Err(RecvError::Closed) { return },
        }
        loop {
            let channels: Vec<_> = client.tracked_channels().into_iter().collect();
            if channels.is_empty() || stop.is_cancelled() || client.subscribe(channels).await.is_ok() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        tell_of_a_gap(&topics);
    }
}
