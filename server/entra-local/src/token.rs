//! The token endpoint: authenticates the client, redeems codes and refresh tokens, signs tokens.

mod access_token;
mod assertion;
mod client_auth;
mod error;
mod grant;
mod handlers;
mod id_token;
mod redeem;
mod refresh;
mod response;

pub(crate) use client_auth::{credentials, is_basic};
pub(crate) use grant::{CodeGrant, RefreshGrant};
pub(crate) use handlers::{not_post, token};
pub(crate) use id_token::{roles, seal_id_token};
pub(crate) use redeem::verifies;
pub(crate) use response::{client_info, client_info_of_policy};
