//! From the errors of use cases to the one the browser may see. The cause stays here, under the request's id.

use domain::DomainError;
use http::StatusCode;
use services::ServiceError;
use services::audit::Caller;

use super::conflict_of;
use crate::AppError;

/// What a failed use case means for the person who asked. Causes of our own are logged, never sent.
pub fn to_app_error(error: ServiceError, caller: &Caller) -> AppError {
    let reference = || caller.request.request_id.clone().unwrap_or_default();
    match error {
        ServiceError::Domain(error) => match error {
            DomainError::NotFound => AppError::NotFound,
            // Pages ask for no fresh proof, so there is nothing they could say about it.
            DomainError::Forbidden | DomainError::StepUp => AppError::Forbidden,
            DomainError::Transition(domain::TransitionError::Missing(fault)) => AppError::Invalid(vec![fault]),
            DomainError::Transition(why) => AppError::Refused(super::words::refusal(&why)),
            DomainError::Invalid(faults) | DomainError::Unknown(faults) => AppError::Invalid(faults),
            DomainError::OtherPerson => AppError::OtherPerson(caller.actor.name.clone()),
            DomainError::KeyReused => AppError::KeyReused,
        },
        ServiceError::Stale(conflict) => AppError::Stale(conflict_of(&conflict)),
        ServiceError::Unavailable(cause) => {
            let request_id = reference();
            tracing::warn!(request_id, %cause, "records unavailable for request {request_id}");
            AppError::Unavailable
        }
        ServiceError::Internal(cause) => {
            let request_id = reference();
            tracing::error!(request_id, cause = ?cause, "request {request_id} failed");
            AppError::Internal { reference: request_id }
        }
    }
}

/// The HTTP status of an error.
pub fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
