//! Looking again, because something has changed and not because somebody did anything: under `live/` the server takes no
//! request for a sign of a person at work.

use leptos::prelude::*;

use crate::AppError;
use crate::incidents::{IncidentAddress, IncidentView, ListAddress, ListView};
use crate::json::Json;

/// As `incidents/list`.
#[server(endpoint = "live/list", input = Json, output = Json)]
pub async fn live_list(address: ListAddress) -> Result<ListView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::list_view(&request, &address).await
}

/// As `incidents/show`.
#[server(endpoint = "live/incident", input = Json, output = Json)]
pub async fn live_incident(address: IncidentAddress) -> Result<IncidentView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::incident_view(&request, &address).await
}
