//! What happens to every request before anybody looks at what it asks for. One concern a file.

pub mod assets;
pub mod cors;
mod forwarded;
pub mod head;
pub mod headers;
pub mod health;
#[cfg(test)]
mod heard;
pub mod host;
pub mod kind;
pub mod measure;
pub mod origin;
pub mod panics;
pub mod passive;
pub mod peer;
pub mod problem;
pub mod public;
pub mod rate;
pub mod refusal;
pub mod request_log;
pub mod size;
pub mod time_limit;
