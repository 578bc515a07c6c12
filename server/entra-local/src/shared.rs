//! A mutex whose poisoning is ignored: each critical section here leaves the value whole, so a panicking test thread
//! must not take the stand-in down with it.

use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Mutex<T>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Runs `work` with the value locked. Never held across an await: `work` is not async.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
