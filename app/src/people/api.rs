//! The server functions about colleagues.

use domain::view::{CandidatesView, PersonView, ProfileView};
use leptos::prelude::*;

use crate::AppError;
use crate::json::Json;

/// Colleagues by the beginnings of their names. `here` is the page to come back to, if the directory may not be asked yet.
#[server(endpoint = "people/search", input = Json, output = Json)]
pub async fn search_people(query: String, here: String) -> Result<CandidatesView, AppError> {
    let request = crate::ssr::request()?;
    let (people, colleagues) = (&request.services.people, &*request.colleagues);
    let found = people.search(&request.caller, colleagues, &query, &here).await;
    found.map_err(|error| request.fail(error))
}

/// Somebody whom only the directory knows, ready to be named.
#[server(endpoint = "people/name", input = Json, output = Json)]
pub async fn name_person(subject: String) -> Result<PersonView, AppError> {
    let request = crate::ssr::request()?;
    let named = request.services.people.name(&request.caller, &*request.colleagues, &subject).await;
    named.map_err(|error| request.fail(error))
}

/// What the directory says about whoever asks.
#[server(endpoint = "people/me", input = Json, output = Json)]
pub async fn my_profile() -> Result<ProfileView, AppError> {
    let request = crate::ssr::request()?;
    Ok(request.services.people.profile(&*request.colleagues).await)
}
