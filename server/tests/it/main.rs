//! The server as a whole, over real HTTP and with real files.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod api;
mod audit;
mod broken;
mod config;
mod csrf;
mod doctor;
mod durability;
mod exchange;
mod forms;
mod front;
mod functions;
mod headers;
mod host;
mod live;
mod logs;
mod operations;
mod people;
mod session_status;
mod sessions;
mod silent;
mod stand_in;
mod support;
mod tenants;
mod tidy;
mod walk;
