//! From the errors of use cases to what programs are told. The one mapping of this edge; the cause stays here, under the
//! request's id.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::view::ConflictView;
use domain::{DomainError, Invalid, TransitionError};
use serde_json::json;
use services::ServiceError;
use services::audit::Caller;

use super::precondition::tag;
use super::views::TimelineEntry;
use crate::actor::ProofNeeded;
use crate::http::problem::Problem;

/// What a handler answers with if it does not do what it was asked. Boxed, because answers are large and refusals are rare.
#[derive(Debug)]
pub struct Refused(pub Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// A problem as a refusal.
pub fn refuse(problem: Problem) -> Refused {
    Refused(Box::new(problem.into_response()))
}

/// What a failed use case means for whoever asked.
pub fn failed(error: ServiceError, caller: &Caller) -> Refused {
    match error {
        ServiceError::Domain(error) => domain(error),
        ServiceError::Stale(conflict) => stale(&conflict),
        ServiceError::Unavailable(cause) => {
            let request_id = caller.request.request_id.clone().unwrap_or_default();
            tracing::warn!(request_id, %cause, "records unavailable for request {request_id}");
            let sentence = "Muster cannot reach its records just now. Nothing was saved; try again in a moment.";
            refuse(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", sentence))
        }
        ServiceError::Internal(cause) => {
            let request_id = caller.request.request_id.clone().unwrap_or_default();
            tracing::error!(request_id, cause = ?cause, "request {request_id} failed");
            let sentence = "Something went wrong on our side. Nothing was saved.";
            refuse(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", sentence))
        }
    }
}

/// Whatever is wrong in itself is 422, whatever the records do not allow as they are now is 409.
fn domain(error: DomainError) -> Refused {
    let problem = match error {
        DomainError::NotFound => Problem::not_found(),
        DomainError::Forbidden => {
            let sentence = "Your roles do not allow this. Ask your organisation's administrator for one that does.";
            Problem::new(StatusCode::FORBIDDEN, "forbidden", sentence)
        }
        DomainError::StepUp => return proof_needed(),
        DomainError::Invalid(faults) => invalid(faults),
        DomainError::Unknown(faults) => {
            let sentence = "Some fields name what is not there.";
            Problem::new(StatusCode::CONFLICT, "unknown_reference", sentence).with_errors(renamed(faults))
        }
        DomainError::Transition(TransitionError::Missing(fault)) if fault.field == "reason" => invalid(vec![fault]),
        DomainError::Transition(TransitionError::Missing(fault)) => {
            let sentence = "The incident lacks something that this step needs.";
            Problem::new(StatusCode::CONFLICT, "step_not_ready", sentence).with_errors(vec![fault])
        }
        DomainError::Transition(why @ TransitionError::NotAllowed { .. }) => {
            Problem::new(StatusCode::CONFLICT, "step_not_allowed", sentence(&why))
        }
        DomainError::Transition(why @ TransitionError::TooLate { .. }) => {
            Problem::new(StatusCode::CONFLICT, "too_late", sentence(&why))
        }
        DomainError::KeyReused => {
            let sentence = "This idempotency key was used for another request. Send every new request with a new key.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", sentence)
        }
        // Only forms say for whom they were made.
        DomainError::OtherPerson => {
            Problem::new(StatusCode::CONFLICT, "other_person", "This was made for somebody else.")
        }
    };
    refuse(problem)
}

/// Fields that are wrong in themselves.
pub fn invalid(faults: Vec<Invalid>) -> Problem {
    let sentence = "Some fields need another look. Nothing was saved.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", sentence).with_errors(renamed(faults))
}

/// Forms name people in two fields, programs in one.
fn renamed(mut faults: Vec<Invalid>) -> Vec<Invalid> {
    for fault in &mut faults {
        if fault.field == "others" {
            "people".clone_into(&mut fault.field);
        }
    }
    faults
}

fn sentence(why: &TransitionError) -> String {
    let text = why.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The layer that knows the token says what is needed.
fn proof_needed() -> Refused {
    let mut response = StatusCode::FORBIDDEN.into_response();
    response.extensions_mut().insert(ProofNeeded);
    Refused(Box::new(response))
}

fn stale(conflict: &ConflictView) -> Refused {
    let sentence =
        "The incident was changed since the version in If-Match. Nothing was saved: read it again, then decide.";
    let changes: Vec<TimelineEntry> = conflict.changes.iter().map(TimelineEntry::from).collect();
    let problem = Problem::new(StatusCode::PRECONDITION_FAILED, "stale", sentence)
        .with("current_version", json!(conflict.current))
        .with("changes", json!(changes));
    let mut response = problem.into_response();
    response.headers_mut().insert(header::ETAG, tag(conflict.current));
    Refused(Box::new(response))
}
