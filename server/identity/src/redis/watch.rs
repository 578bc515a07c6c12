//! Keeping connections up, and saying once that they are down.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use fred::{
    error::{Error, ErrorKind},
    interfaces::{ClientLike, EventInterface},
};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// After an end that the client's own policy does not come back from.
const START_AGAIN: Duration = Duration::from_secs(1);

/// What is wrong with the connections at the moment.
#[derive(Debug, Default)]
pub(super) struct Health {
    trouble: Mutex<Option<String>>,
}

impl Health {
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A failed attempt to connect, or the end of a connection: one line for the first of them.
    fn failed(&self, error: &Error) {
        // A cluster that moves its slots about is no trouble: the client follows.
        if *error.kind() == ErrorKind::Cluster && error.details().starts_with("MOVED") {
            return;
        }
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.is_none() {
            tracing::warn!(%error, "the connection to Redis is lost; trying again until it is back");
        }
        *trouble = Some(error.to_string());
    }

    fn connected(&self) {
        if self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            tracing::info!("the connection to Redis is back");
        }
    }
}

/// Connects, and connects again whenever the connection ends, until `stop`.
pub(super) fn keep_connected<C>(client: C, health: Option<Arc<Health>>, stop: CancellationToken)
where
    C: ClientLike + EventInterface + 'static,
{
    if let Some(health) = health {
        tokio::spawn(listen(client.clone(), health, stop.clone()));
    }
    tokio::spawn(async move {
        loop {
            let mut running = client.connect();
            tokio::select! {
                _ = &mut running => {}
                () = stop.cancelled() => {
                    let _ = tokio::time::timeout(START_AGAIN, client.quit()).await;
                    running.abort();
                    return;
                }
            }
            tokio::select! {
                () = tokio::time::sleep(START_AGAIN) => {}
                () = stop.cancelled() => return,
            }
        }
    });
}

async fn listen<C: EventInterface>(client: C, health: Arc<Health>, stop: CancellationToken) {
    let (mut failures, mut connections) = (client.error_rx(), client.reconnect_rx());
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            failure = failures.recv() => match failure {
                Ok((error, _)) => health.failed(&error),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
            connection = connections.recv() => match connection {
                Ok(_) | Err(RecvError::Lagged(_)) => health.connected(),
                Err(RecvError::Closed) => return,
            },
        }
    }
}
