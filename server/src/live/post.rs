//! Messages between the processes of a site, as shared state passes them on: at most once.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use identity::state::{SharedState, SubscriptionEnd};

/// What all processes listen to.
const TOPIC: &str = "live";
/// Between attempts to listen to a store that is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends and receives. Cheap to clone.
#[derive(Clone)]
pub struct Post(Arc<dyn SharedState>);

/// What comes in.
pub(super) enum Arrival {
    /// What somebody sent, this process itself included.
    Message(Vec<u8>),
    /// Messages may have been lost.
    Lost,
}

impl Post {
    /// Through this store.
    pub fn new(shared: Arc<dyn SharedState>) -> Self {
        Self(shared)
    }

    /// Sends to all processes that listen now. It may be lost.
    pub(super) async fn send(&self, message: &[u8]) {
        if let Err(error) = self.0.publish(TOPIC, message).await {
            // The others look by themselves in a few seconds.
            tracing::debug!(%error, "other replicas were not told that there is something new");
        }
    }

    /// Hands over what comes in, until told to stop.
    pub(super) async fn receive(&self, mut hand_over: impl FnMut(Arrival) -> ControlFlow<()>) {
        loop {
            match self.0.subscribe(TOPIC).await {
                Ok(mut subscription) => {
                    // Whatever was sent before this process listened.
                    let mut arrival = Arrival::Lost;
                    loop {
                        if hand_over(arrival).is_break() {
                            return;
                        }
                        arrival = match subscription.next().await {
                            Ok(message) => Arrival::Message(message),
                            Err(SubscriptionEnd::Missed) => Arrival::Lost,
                            Err(SubscriptionEnd::Closed) => break,
                        };
                    }
                }
                Err(error) => tracing::debug!(%error, "other replicas cannot be heard just now"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
