//! The token endpoint: authenticates the client, redeems codes, refresh tokens and access tokens, signs tokens.

mod access_token;
mod assertion;
mod client_auth;
mod client_credentials;
mod error;
mod grant;
mod handlers;
mod id_token;
mod life;
mod on_behalf;
mod redeem;
mod refresh;
mod response;
mod whose;

pub(crate) use client_auth::{credentials, is_basic};
pub(crate) use grant::{CodeGrant, RefreshGrant};
pub(crate) use handlers::{not_post, token, too_long};
pub(crate) use id_token::{roles, seal_id_token};
pub(crate) use redeem::verifies;
pub(crate) use response::{client_info, client_info_of_policy};
pub(crate) use whose::whose;
