//! Moving an incident on.
#![expect(unused_qualifications, reason = "what utoipa makes of the description names types in full")]

use axum::extract::{Extension, Path, Request, State};
use axum::response::Response;
use domain::{Action, Invalid, Reason, SeverityKey, Text};
use serde::Deserialize;
use services::Act;
use services::audit::Caller;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::error::{Refused, failed};
use super::incidents::one;
use super::parameters::{InVersion, OneIncident};
use super::refusals::{Always, ForBody, ForOne, ForVersion};
use super::views::Incident;
use super::{body, precondition, schema};
use crate::state::AppState;

/// A step that somebody wants to take.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    action: Action,
    #[serde(default)]
    reason: String,
    #[serde(default, deserialize_with = "body::given")]
    severity: Option<SeverityKey>,
}

impl PartialSchema for Transition {
    /// Some steps need a reason.
    fn schema() -> RefOr<Schema> {
        let form = |needs_reason: bool| {
            let actions = Action::ALL.into_iter().filter(|action| action.needs_reason() == needs_reason);
            let form = schema::form().property("action", schema::words(actions)).required("action");
            let form = form.property("severity", schema::severity());
            if needs_reason {
                form.property("reason", schema::needed_reason()).required("reason")
            } else {
                form.property("reason", schema::reason())
            }
        };
        schema::one_of([form(false), form(true)])
    }
}

impl ToSchema for Transition {}

/// Move an incident on.
///
/// A step to the state that the incident is already in changes nothing and is no error, so a request can be sent again. An
/// incident without a severity needs one before anybody works on it. Closing, restoring, and reopening what was closed take
/// the role Admin or `IncidentManager`; where the organisation wants it, the last asks people to prove anew who they are: the
/// answer is then a claims challenge.
#[utoipa::path(
    post,
    path = "/api/incidents/{number}/transitions",
    tag = "Incidents",
    operation_id = "moveIncident",
    params(
        OneIncident,
        InVersion,
    ),
    request_body(content = Transition),
    responses(
        (status = 200, description = "The incident after it.", body = Incident,
            headers(("ETag" = String, description = "Its version."))),
        Always, ForOne, ForBody, ForVersion,
    ),
    security(("token" = ["Incidents.Write"]))
)]
pub async fn act(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let number = body::number(&number)?;
    let incidents = &state.services.incidents;
    let headers = request.headers().clone();
    let Transition { action, reason, severity } = body::json(request).await?;
    // Conditions are for requests that would be done without them (RFC 9110 section 13.2.1).
    if action.needs_reason() {
        Reason::read(&reason).map_err(|why| failed(Invalid::new("reason", why).into(), &caller))?;
    }
    let version = precondition::wanted(incidents, &caller, number, &headers).await?;
    let act = Act { action, version, reason, severity };
    incidents.act(&caller, number, &act).await.map_err(|why| failed(why, &caller))?;
    one(&state, &caller, number).await
}
