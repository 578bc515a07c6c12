//! What a person can do about a session that is about to end.

use leptos::prelude::*;

use crate::AppError;
use crate::json::Json;

/// Does nothing but be done by a person: that is what a session lives on.
#[server(endpoint = "session/stay", input = Json, output = Json)]
pub async fn stay_signed_in() -> Result<(), AppError> {
    std::future::ready(crate::ssr::request().map(|_| ())).await
}
