//! Writing notes.

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use services::AddNote;
use services::audit::Caller;
use utoipa::ToSchema;

use super::error::{Refused, failed};
use super::parameters::OneIncident;
use super::refusals::{Always, ForBody, ForOne};
use super::{body, schema};
use crate::state::AppState;

/// A note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    #[schema(schema_with = schema::note)]
    body: String,
}

/// Write a note.
///
/// It stands at the end of the timeline. Notes never conflict with anything, so no version is named.
#[utoipa::path(
    post,
    path = "/api/incidents/{number}/notes",
    tag = "Timeline",
    operation_id = "writeNote",
    params(
        OneIncident,
        ("Idempotency-Key" = Option<String>, Header, description = "Your own name for this request: under the same one it is written once.",
            min_length = 1, max_length = 128, pattern = "^[!-~]+$"),
    ),
    request_body(content = NewNote),
    responses((status = 204, description = "It is written."), Always, ForOne, ForBody),
    security(("token" = ["Incidents.Write"]))
)]
pub async fn write(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    request: Request,
) -> Result<StatusCode, Refused> {
    let number = body::number(&number)?;
    let idempotency_key = body::idempotency_key(request.headers())?;
    let NewNote { body } = body::json(request).await?;
    let note = AddNote { body, idempotency_key };
    state.services.incidents.note(&caller, number, &note).await.map_err(|why| failed(why, &caller))?;
    Ok(StatusCode::NO_CONTENT)
}
