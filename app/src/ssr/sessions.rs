//! What the pages about sessions show and do.

use domain::view::Page;
use domain::{DomainError, Invalid};
use services::ServiceError;
use services::audit::Caller;

use super::change::same_person;
use super::{Request, Services};
use crate::AppError;
use crate::forms::SessionsForm;
use crate::sessions::{AdminSessionsView, Ended, SessionsAddress, SessionsView};

/// Where the viewer is signed in.
pub(crate) async fn sessions_view(request: &Request) -> Result<SessionsView, AppError> {
    let refused = request.reply().map(|reply| reply.error);
    let own = request.services.sessions.own(&request.caller).await.map_err(|error| request.fail(error))?;
    Ok(SessionsView { viewer: own.person.id, sessions: own.sessions, refused })
}

/// Where everybody is signed in, or one person.
pub(crate) async fn admin_sessions_view(
    request: &Request,
    address: &SessionsAddress,
) -> Result<AdminSessionsView, AppError> {
    let refused = request.reply().map(|reply| reply.error);
    let fail = |error| request.fail(error);
    let (sessions, caller) = (&request.services.sessions, &request.caller);
    let viewer = caller.actor.id;
    if !address.person.is_empty() {
        let whose = address.person.parse().map_err(|_| request.refuse(AppError::NotFound))?;
        // The page is for those who may see everybody's, so that it looks alike whoever is asked about.
        sessions.allow_everybodys(caller).await.map_err(fail)?;
        let theirs = sessions.of_person(caller, whose).await.map_err(fail)?;
        let page = Page { items: theirs.sessions, next: None };
        return Ok(AdminSessionsView { viewer, person: Some(theirs.person), page, first: true, count: None, refused });
    }
    let after = Some(address.after.as_str()).filter(|after| !after.is_empty());
    let page = sessions.of_tenant(caller, after).await.map_err(fail)?;
    let count =
        if address.ask == SessionsForm::EVERYONE { Some(sessions.count(caller).await.map_err(fail)?) } else { None };
    Ok(AdminSessionsView { viewer, person: None, page, first: after.is_none(), count, refused })
}

/// Ends what the form asks for. Server functions and the handlers of plain form posts call it alike.
///
/// # Errors
/// Those of [`services::sessions::SessionService`]; invalid if the form cannot be read.
pub async fn end_sessions(services: &Services, caller: &Caller, form: &SessionsForm) -> Result<Ended, ServiceError> {
    same_person(caller, &form.shown_to)?;
    let sessions = &services.sessions;
    let revoked = match form.end.as_str() {
        SessionsForm::ONE => sessions.end(caller, &form.handle).await?,
        SessionsForm::OTHERS => sessions.end_others(caller).await?,
        SessionsForm::PERSON => {
            let whose = form.person.parse().map_err(|_| DomainError::NotFound)?;
            sessions.end_person(caller, whose).await?
        }
        SessionsForm::EVERYONE => sessions.end_tenant(caller).await?,
        _ => return Err(Invalid::new("end", "must be one of one, others, person, everyone").into()),
    };
    Ok(Ended { count: revoked.count, here: revoked.here })
}
