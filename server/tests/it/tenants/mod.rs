//! Which organisations are let in.

mod command;
mod door;
mod onboarding;
mod sweep;
mod switching;
mod world;

pub use world::World;
