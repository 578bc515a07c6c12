//! As much of Microsoft Graph v1.0 as an application needs that knows its people: profile, photo, search, groups. Here
//! the tokens for Graph are checked, and here claims challenges come from.

mod call;
mod error;
mod filter;
mod groups;
mod page;
mod photo;
mod png;
mod routes;
mod token;
mod users;

pub(crate) use error::body;
pub(crate) use routes::routes;
