//! Muster's server: settings, composition, and everything between a socket and a use case.
//!
//! The way of a request: request id, log, client address, security headers, host, length, other sites' scripts, time limit,
//! rate limit, origin, session, gate, size, then a page, a server function, a form or a sign-in route. `router` has it on one
//! screen.

// The type of a page is nested as deeply as its markup.
#![recursion_limit = "512"]

pub mod actor;
mod api;
pub mod assembly;
pub mod cli;
mod colleagues;
pub mod commands;
pub mod config;
pub mod context;
#[cfg(feature = "entra-local")]
pub mod demo;
pub mod doctor;
mod door;
mod forms;
pub mod gate;
pub mod http;
pub mod live;
#[cfg(feature = "entra-local")]
pub mod local;
#[cfg(not(feature = "entra-local"))]
#[path = "local_absent.rs"]
pub mod local;
pub mod metrics;
pub mod pace;
pub mod pages;
mod photo;
pub mod router;
pub mod shutdown;
pub mod site;
pub mod state;
pub mod telemetry;
#[cfg_attr(not(feature = "otel"), path = "traces_absent.rs")]
pub mod traces;
