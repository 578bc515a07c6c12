//! Work that must not stop half way because somebody no longer waits for it.

use std::{future::pending, panic::resume_unwind};

use tracing::Instrument;

/// Does `work` in a task of its own, and waits for it. A request handler is dropped where it stands when its client goes
/// away; the work is not.
pub(crate) async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work.in_current_span()).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // It ended with its runtime, and so does whoever waits.
            Err(_) => pending().await,
        },
    }
}
