//! Where people are signed in: the viewer's own page, and that of whoever looks after the organisation.

mod address;
mod admin;
mod api;
mod end;
mod own;
mod table;
mod views;

pub use address::SessionsAddress;
pub(crate) use admin::AdminSessionsPage;
pub(crate) use own::SessionsPage;
pub use views::{AdminSessionsView, Ended, SessionsView};
