//! Which organisations are let in.

mod command;
mod door;
mod switching;
mod world;

use world::World;
