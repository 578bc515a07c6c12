//! Who else is at an incident.

pub mod api;
mod here;

pub(crate) use here::Here;
