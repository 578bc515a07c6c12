//! The vocabulary held against the product's description.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod policy;
mod state_machine;
mod support;
