//! Who runs what the page does on its own: effects, and whatever waits for an answer.

use std::cell::Cell;

use any_spawner::{CustomExecutor, PinnedFuture, PinnedLocalFuture};
use app::hydration::turns::last;
use wasm_bindgen_futures::spawn_local;

thread_local! {
    static WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// The browser's own queue of promises. Until the page is whole, what is begun waits for its turn: the queue would run all of
/// it before the task at hand may end, and so before the parts that still wait.
pub(crate) struct InTurn;

/// From now on nothing waits.
pub(crate) fn whole() {
    WHOLE.set(true);
}

/// Whether all parts of the page have been taken over.
pub(crate) fn is_whole() -> bool {
    WHOLE.get()
}

impl CustomExecutor for InTurn {
    fn spawn(&self, future: PinnedFuture<()>) {
        self.spawn_local(future);
    }

    fn spawn_local(&self, future: PinnedLocalFuture<()>) {
        if is_whole() {
            spawn_local(future);
        } else {
            last(|| spawn_local(future));
        }
    }

    fn poll_local(&self) {}
}
