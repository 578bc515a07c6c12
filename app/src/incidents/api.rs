//! The server functions about incidents. Each takes what it needs from the request, calls one use case and says what
//! a failure means.

use domain::IncidentNumber;
use leptos::prelude::*;

use super::address::{IncidentAddress, ListAddress};
use super::views::{DeclareView, EditView, IncidentView, ListView};
use crate::AppError;
use crate::forms::{ActForm, DeclareForm, EditForm, NoteForm};
use crate::json::Json;

/// A page of the list.
#[server(endpoint = "incidents/list", input = Json, output = Json)]
pub async fn list_incidents(address: ListAddress) -> Result<ListView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::list_view(&request, &address).await
}

/// One incident.
#[server(endpoint = "incidents/show", input = Json, output = Json)]
pub async fn show_incident(address: IncidentAddress) -> Result<IncidentView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::incident_view(&request, &address).await
}

/// The form for declaring.
#[server(endpoint = "incidents/declare-form", input = Json, output = Json)]
pub async fn show_declare_form() -> Result<DeclareView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::declare_view(&request).await
}

/// The form for editing.
#[server(endpoint = "incidents/edit-form", input = Json, output = Json)]
pub async fn show_edit_form(number: String) -> Result<EditView, AppError> {
    let request = crate::ssr::request()?;
    crate::ssr::edit_view(&request, &number).await
}

/// Declares an incident and says its number.
#[server(endpoint = "incidents/declare", input = Json, output = Json)]
pub async fn declare(form: DeclareForm) -> Result<IncidentNumber, AppError> {
    let request = crate::ssr::request()?;
    let done = crate::ssr::declare(&request.services, &request.caller, &form).await;
    done.map_err(|error| request.fail(error))
}

/// Writes a note.
#[server(endpoint = "incidents/note", input = Json, output = Json)]
pub async fn add_note(number: IncidentNumber, form: NoteForm) -> Result<(), AppError> {
    let request = crate::ssr::request()?;
    let done = crate::ssr::add_note(&request.services, &request.caller, number, &form).await;
    done.map_err(|error| request.fail(error))
}

/// Takes a step.
#[server(endpoint = "incidents/act", input = Json, output = Json)]
pub async fn act(number: IncidentNumber, form: ActForm) -> Result<(), AppError> {
    let request = crate::ssr::request()?;
    let done = crate::ssr::act(&request.services, &request.caller, number, &form).await;
    done.map_err(|error| request.fail(error))
}

/// Edits an incident.
#[server(endpoint = "incidents/edit", input = Json, output = Json)]
pub async fn edit(number: IncidentNumber, form: EditForm) -> Result<(), AppError> {
    let request = crate::ssr::request()?;
    let done = crate::ssr::edit(&request.services, &request.caller, number, &form).await;
    done.map_err(|error| request.refuse(error))
}
