//! `muster doctor` against the stand-in, with one thing wrong at a time.

mod authority;
mod command;
mod manifest;
mod patient;
mod stores;
mod tenants;
