//! Ending well: requests in flight are finished, new ones are not taken.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

/// Ends when the process is asked to: SIGTERM or SIGINT. It listens from the call on, not from the first poll, so that
/// whoever has been told that the site is up can end it in order.
pub fn requested() -> impl Future<Output = ()> + Send + 'static {
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            // Without handlers the signals end the process at once, which is what the operating system does by itself.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop: finishing the requests in flight");
    }
}
