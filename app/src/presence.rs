//! Who else is at an incident.

pub mod api;
