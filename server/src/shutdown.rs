//! Ending well: replicas that go on take over, requests in flight are finished, new ones are not taken.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::http::health::Draining;
use crate::live::Live;

/// SIGTERM and SIGINT, listened for from the moment it is made, so that whoever has been told that the site is up can end
/// it in order.
#[derive(Debug)]
pub struct StopSignals(Option<(Signal, Signal)>);

impl StopSignals {
    /// Listens. Without handlers the signals end the process at once, which is what the operating system does by itself.
    pub fn listen() -> Self {
        Self(signal(SignalKind::terminate()).ok().zip(signal(SignalKind::interrupt()).ok()))
    }

    /// Waits for the next of them.
    async fn next(&mut self) {
        match &mut self.0 {
            None => std::future::pending().await,
            Some((terminate, interrupt)) => tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            },
        }
    }
}

/// How serving ends.
#[derive(Clone)]
pub struct Ending {
    /// Tells `/readyz`.
    pub draining: Draining,
    /// Streams, which would go on for ever.
    pub live: Live,
    /// How long new requests are still answered, so that whoever sends them can hear of it.
    pub delay: Duration,
    /// What requests in flight get after that; a connection that outlives it is cut.
    pub drain: Duration,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Whatever was in flight is finished, or has had its time.
    InOrder,
    /// Somebody asked twice and did not want to wait.
    AtOnce,
}

/// Serves until a stop signal, and then to the end.
///
/// # Errors
/// What the socket says when it breaks.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    mut signals: StopSignals,
    ending: Ending,
) -> std::io::Result<Ended> {
    let (close, closed) = oneshot::channel::<()>();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = closed.await;
    });
    let mut server = tokio::spawn(async move { server.await });
    tokio::select! {
        ended = &mut server => return in_order(ended),
        () = signals.next() => {}
    }
    ending.draining.begin();
    tracing::info!("asked to stop: finishing the requests in flight; a second signal ends them");
    let finish = async {
        sleep(ending.delay).await;
        // Not before: until now their browsers could have come back to this replica.
        ending.live.close();
        drop(close);
        tokio::select! {
            ended = &mut server => in_order(ended),
            () = sleep(ending.drain) => {
                tracing::warn!("requests were still running after {} s and are cut off", ending.drain.as_secs());
                Ok(Ended::InOrder)
            }
        }
    };
    tokio::select! {
        ended = finish => ended,
        () = signals.next() => Ok(Ended::AtOnce),
    }
}

fn in_order(ended: Result<std::io::Result<()>, tokio::task::JoinError>) -> std::io::Result<Ended> {
    ended.map_err(std::io::Error::other)?.map(|()| Ended::InOrder)
}
