//! Notes that were written while the browser could not reach the server. They wait where the person sees them and are
//! sent once, in the order in which they were written, when the connection is back.
//!
//! Only notes wait: a step or an edit belongs to the page somebody looked at, and that page may be stale by then.

mod limit;
mod queue;
mod sending;
mod single;
mod store;
mod view;

pub(crate) use sending::{Outbox, Sent, fresh_key};
pub(crate) use view::WaitingNotes;
