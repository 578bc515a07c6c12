//! What a person can do about a session that is about to end.

use leptos::prelude::*;
use server_fn::codec::Json;

use crate::AppError;

/// Does nothing but be done by a person: that is what a session lives on.
#[server(endpoint = "session/stay", input = Json)]
pub async fn stay_signed_in() -> Result<(), AppError> {
    std::future::ready(crate::ssr::request().map(|_| ())).await
}
