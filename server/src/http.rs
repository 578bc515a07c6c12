//! What happens to every request before anybody looks at what it asks for. One concern a file.

pub mod assets;
pub mod headers;
pub mod host;
pub mod kind;
pub mod origin;
pub mod panics;
pub mod peer;
pub mod request_log;
pub mod size;
pub mod time_limit;
