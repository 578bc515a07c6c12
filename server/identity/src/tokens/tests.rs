//! Acquisition against a store and an authority made of memory and virtual time.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bench;
mod failures;
mod interleavings;
mod metrics;
mod silent;
mod simulated_state;
