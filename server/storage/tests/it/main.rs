//! The records on both engines: the contract of the ports, what only raw SQL can show, and what each engine adds.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fixture;
mod postgres;
mod raw;
mod sessions;
mod sqlite;
mod tenants;
mod use_cases;
