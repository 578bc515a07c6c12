//! Pages as the server sends them.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod forms;
mod list;
mod operators;
mod organisations;
mod pages;
mod routes;
mod sessions;
mod support;
