//! The server functions about sessions.

use leptos::prelude::*;

use super::{AdminSessionsView, Ended, SessionsAddress, SessionsView};
use crate::AppError;
use crate::forms::SessionsForm;
use crate::json::Json;

/// Where the viewer is signed in.
#[server(endpoint = "sessions/own", input = Json, output = Json)]
pub async fn own_sessions() -> Result<SessionsView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::sessions_view(&request).await
}

/// Where everybody is signed in, or one person.
#[server(endpoint = "sessions/everyone", input = Json, output = Json)]
pub async fn all_sessions(address: SessionsAddress) -> Result<AdminSessionsView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::admin_sessions_view(&request, &address).await
}

/// Ends one or more.
#[server(endpoint = "sessions/end", input = Json, output = Json)]
pub async fn end_sessions(form: SessionsForm) -> Result<Ended, AppError> {
    let request = crate::ssr::request()?;
    let done = crate::ssr::end_sessions(&request.services, &request.caller, &form).await;
    done.map_err(|error| request.fail(error))
}
