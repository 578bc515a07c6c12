//! The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0, as Entra does it).

mod handlers;
mod request;

pub(crate) use handlers::{by_get, by_post, choose, end};
pub(crate) use request::{Choice, read_return};
