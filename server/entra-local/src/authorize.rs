//! The authorization endpoint: reads the request, decides whether a page is needed, and answers with a code.

mod code;
mod consent;
mod decide;
mod error;
mod flow;
mod handlers;
mod hint;
mod interaction;
mod reply;
mod request;

pub(crate) use consent::{Consents, Due};
pub(crate) use error::AuthorizeError;
pub(crate) use handlers::{admin_consent, by_get, by_post, continue_sign_in};
pub(crate) use hint::{login_hint, read_login_hint};
pub(crate) use interaction::{Interaction, Step};
pub(crate) use reply::{ReplyTo, ResponseMode};
pub(crate) use request::AuthorizeRequest;
