//! The audit log: a chain of lines per tenant, each with the hash of the one before.

pub(crate) mod chain;
mod store;

pub(crate) use chain::{FIRST_HASH, append};
