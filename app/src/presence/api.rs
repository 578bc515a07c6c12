//! The server function about who else is there.

use domain::IncidentNumber;
use domain::live::Presence;
use leptos::prelude::*;

use crate::AppError;
use crate::json::Json;

/// Says that the reader of a page is at an incident, or is not any more, and who else is. A page says so every 20 seconds.
#[server(endpoint = "presence/present", input = Json, output = Json)]
pub async fn present(number: IncidentNumber, editing: bool, leaving: bool) -> Result<Presence, AppError> {
    let request = crate::ssr::request()?;
    let (presence, caller) = (&request.services.presence, &request.caller);
    let done = if leaving {
        presence.leave(caller, number).await.map(|()| Presence::default())
    } else {
        presence.arrive(caller, number, editing).await
    };
    done.map_err(|error| request.fail(error))
}
