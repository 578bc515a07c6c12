//! The audit log: a chain of lines per tenant, each with the hash of the one before.

mod chain;
mod store;
mod verify;

pub(crate) use chain::{FIRST_HASH, append};
