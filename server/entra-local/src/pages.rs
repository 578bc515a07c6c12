//! The HTML pages. Plain forms, one stylesheet, no inline script: they work without JavaScript.

mod assets;
mod error;
mod form_post;
mod html;
mod layout;
mod picker;
mod profile;
mod sign_in;
mod signed_out;
mod user_flow;

pub(crate) use assets::{icon, script, stylesheet};
pub(crate) use error::{explain, refused, refused_by_b2c};
pub(crate) use form_post::form_post;
pub(crate) use sign_in::{Notice, sign_in};
pub(crate) use signed_out::{choose_sign_out, signed_out};
pub(crate) use user_flow::{B2cNotice, user_flow};
