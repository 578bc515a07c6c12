//! The JSON API, over real HTTP, with tokens from the stand-in.

mod client;
mod conditions;
mod document;
mod judge;
mod lifecycle;
mod lists;
mod once;
mod programs;
mod rates;
mod shape;
mod sight;
mod step_up;
mod tenants;

use client::Client;
