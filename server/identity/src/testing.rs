//! For tests of this crate and of applications that use it (feature `testing`).

mod account;
pub mod entry;
mod manual_clock;
pub mod redis_servers;
pub mod shared_state_contract;

pub use account::Account;
pub use manual_clock::ManualClock;
