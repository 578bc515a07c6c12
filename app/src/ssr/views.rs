//! What the pages show, gathered from the use cases.

use domain::view::TimelineRow;
use domain::{DomainError, IncidentNumber, Operation, Phase, Status, may};
use services::TimelineOrder;

use super::{Request, change, mark, to_html};
use crate::AppError;
use crate::incidents::{
    DeclareView, EditView, IncidentAddress, IncidentView, Line, ListAddress, ListView, TimelineView,
};

/// A page of the list.
pub(crate) async fn list_view(request: &Request, address: &ListAddress) -> Result<ListView, AppError> {
    let query = address.query().map_err(|faults| request.fail(DomainError::Invalid(faults).into()))?;
    let incidents = &request.services.incidents;
    let page = incidents.list(&request.caller, &query, address.after()).await.map_err(|error| request.fail(error))?;
    Ok(ListView { page, may_declare: may(&request.caller.actor, Operation::Declare) })
}

/// One incident with its timeline.
pub(crate) async fn incident_view(request: &Request, address: &IncidentAddress) -> Result<IncidentView, AppError> {
    let reply = request.reply();
    let fail = |error| request.fail(error);
    let number = number(request, &address.number)?;
    let (services, caller) = (&request.services, &request.caller);
    let mut incident = services.incidents.get(caller, number).await.map_err(fail)?;
    let order = order(&address.order, incident.status);
    let after = Some(address.after.as_str()).filter(|after| !after.is_empty());
    let page = services.incidents.timeline(caller, number, order, after).await.map_err(fail)?;
    let severities = if incident.actions.iter().any(|step| step.needs_severity) {
        let choices = services.catalog.choices(caller).await.map_err(fail)?;
        choices.severities
    } else {
        Vec::new()
    };
    let summary = to_html(&std::mem::take(&mut incident.summary));
    let note_key = if incident.may_note { request.form_key() } else { String::new() };
    Ok(IncidentView {
        incident,
        summary,
        timeline: TimelineView {
            lines: page.items.iter().map(line).collect(),
            next: page.next,
            newest_first: order == TimelineOrder::Newest,
            first: after.is_none(),
        },
        severities,
        note_key,
        reply,
    })
}

/// The form for declaring.
pub(crate) async fn declare_view(request: &Request) -> Result<DeclareView, AppError> {
    let reply = request.reply();
    let catalog = &request.services.catalog;
    let choices = catalog.choices(&request.caller).await;
    Ok(DeclareView {
        choices: choices.map_err(|error| request.fail(error))?,
        colleagues: request.has_colleagues(),
        key: request.form_key(),
        reply,
    })
}

/// The form for editing.
pub(crate) async fn edit_view(request: &Request, text: &str) -> Result<EditView, AppError> {
    let reply = request.reply();
    let fail = |error| request.fail(error);
    let number = number(request, text)?;
    let (services, caller) = (&request.services, &request.caller);
    let incident = services.incidents.get(caller, number).await.map_err(fail)?;
    let choices = services.catalog.choices(caller).await.map_err(fail)?;
    Ok(EditView { incident, choices, colleagues: request.has_colleagues(), reply })
}

/// An address that is no number leads to no incident.
fn number(request: &Request, text: &str) -> Result<IncidentNumber, AppError> {
    text.parse().map_err(|_| request.refuse(AppError::NotFound))
}

/// Newest first while people work on it, oldest first when it is read afterwards.
fn order(word: &str, status: Status) -> TimelineOrder {
    match (word, status.phase()) {
        ("newest", _) => TimelineOrder::Newest,
        ("oldest", _) | (_, Phase::Post | Phase::Done) => TimelineOrder::Oldest,
        (_, Phase::Pre | Phase::Live) => TimelineOrder::Newest,
    }
}

fn line(row: &TimelineRow) -> Line {
    let entry = &row.entry;
    let html = if entry.body.is_empty() { String::new() } else { to_html(&entry.body) };
    Line {
        seq: row.seq,
        mark: mark(&entry.what),
        change: change(entry),
        recorded_at: (entry.recorded_at != entry.occurred_at).then_some(entry.recorded_at),
        html,
    }
}
