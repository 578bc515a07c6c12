//! Acquisition against a store and an authority made of memory and virtual time.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod apart;
pub(crate) mod bench;
mod failures;
mod interleavings;
mod metrics;
mod silent;
pub(crate) mod simulated_state;
