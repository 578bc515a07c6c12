//! What adapters are tested with. A feature, so that no release carries it.

pub mod store_contract;
