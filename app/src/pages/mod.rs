//! Pages that are not about one thing.

mod frame;
mod not_found;
mod signed_out;
mod start;

pub(crate) use frame::read_frame;
pub(crate) use not_found::NotFoundPage;
pub(crate) use signed_out::SignedOutPage;
pub(crate) use start::StartPage;
