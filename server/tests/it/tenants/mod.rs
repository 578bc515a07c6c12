//! Which organisations are let in.

mod command;
mod door;
mod onboarding;
mod switching;
mod world;

use world::World;
