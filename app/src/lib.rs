//! Muster's pages: components, forms and server functions.
//!
//! A page is drawn twice from the same code: on the server, complete and usable without a script, and again in the
//! browser, which takes over what the server drew. What only the server may know lives in `ssr`.

// The type of a page is nested as deeply as its markup.
#![recursion_limit = "512"]

#[cfg(not(erase_components))]
compile_error!(
    "server and browser draw pages alike only if both are compiled with `--cfg erase_components`: it stands in \
     .cargo/config.toml, which RUSTFLAGS replaces, so add it there"
);

mod app;
mod browser;
mod components;
pub mod conflict;
mod drafts;
pub mod error;
pub mod forms;
pub mod hydration;
pub mod incidents;
mod json;
mod keys;
mod live;
mod outbox;
mod pages;
pub mod people;
pub mod presence;
pub mod routes;
pub mod sessions;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
mod submit;
mod tabs;
pub mod watch;

pub use app::App;
pub use error::AppError;
#[cfg(feature = "ssr")]
use ssr::answer;

/// The browser has no answer to give a status to.
#[cfg(not(feature = "ssr"))]
fn answer(_: &AppError) {}
