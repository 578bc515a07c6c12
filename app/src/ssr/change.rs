//! The four changes a page can make. Server functions and the handlers of plain form posts call the same ones.

use domain::{DomainError, IncidentNumber, Invalid};
use services::audit::Caller;
use services::{Act, AddNote, Declare, Edit, ServiceError};

use super::{Services, to_app_error};
use crate::AppError;
use crate::conflict::Lists;
use crate::forms::{ActForm, DeclareForm, EditForm, NoteForm};

/// Declares an incident and says its number.
///
/// # Errors
/// Those of [`services::IncidentService::declare`]; invalid if a field cannot be read.
pub async fn declare(services: &Services, caller: &Caller, form: &DeclareForm) -> Result<IncidentNumber, ServiceError> {
    same_person(caller, &form.shown_to)?;
    let declare = Declare::try_from(form).map_err(invalid)?;
    services.incidents.declare(caller, &declare).await
}

/// Writes a note.
///
/// # Errors
/// Those of [`services::IncidentService::note`].
pub async fn add_note(
    services: &Services,
    caller: &Caller,
    number: IncidentNumber,
    form: &NoteForm,
) -> Result<(), ServiceError> {
    same_person(caller, &form.shown_to)?;
    let note = AddNote::from(form);
    services.incidents.note(caller, number, &note).await
}

/// Takes a step.
///
/// # Errors
/// Those of [`services::IncidentService::act`]; invalid if a field cannot be read.
pub async fn act(
    services: &Services,
    caller: &Caller,
    number: IncidentNumber,
    form: &ActForm,
) -> Result<(), ServiceError> {
    same_person(caller, &form.shown_to)?;
    let act = Act::try_from(form).map_err(invalid)?;
    services.incidents.act(caller, number, &act).await
}

/// Edits an incident.
///
/// # Errors
/// Those of [`services::IncidentService::edit`]; invalid if a field cannot be read. A conflict comes with the lists on
/// record, so that the form can take in what the person left alone.
pub async fn edit(
    services: &Services,
    caller: &Caller,
    number: IncidentNumber,
    form: &EditForm,
) -> Result<(), AppError> {
    let mut error = match try_edit(services, caller, number, form).await {
        Ok(()) => return Ok(()),
        Err(error) => to_app_error(error, caller),
    };
    if let AppError::Stale(conflict) = &mut error {
        let now = services.incidents.get(caller, number).await.map_err(|error| to_app_error(error, caller))?;
        conflict.lists = Some(Lists { services: now.services, people: now.people });
    }
    Err(error)
}

async fn try_edit(
    services: &Services,
    caller: &Caller,
    number: IncidentNumber,
    form: &EditForm,
) -> Result<(), ServiceError> {
    same_person(caller, &form.shown_to)?;
    let edit = Edit::try_from(form).map_err(invalid)?;
    services.incidents.edit(caller, number, &edit).await
}

/// A page that was left open while somebody else signed in here must not write in their name, let alone into another
/// organisation. A form that was not drawn by a page names nobody.
pub(super) fn same_person(caller: &Caller, shown_to: &str) -> Result<(), DomainError> {
    if shown_to.is_empty() || shown_to == caller.actor.id.to_string() { Ok(()) } else { Err(DomainError::OtherPerson) }
}

fn invalid(faults: Vec<Invalid>) -> ServiceError {
    DomainError::Invalid(faults).into()
}
