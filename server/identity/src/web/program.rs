//! What a script or a program gets instead of a page.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{no_store, page::add_retry_after};
use crate::error::SignInError;

/// `{"error": "interaction_required", "reference": "…", "sign_in": "/auth/sign-in?…"}`: a fixed word, the reference under
/// which the cause is in the log, and where to send the person. 401 for what they can mend there, 500 for what they cannot.
pub(super) fn answer(error: &SignInError, reference: &str, sign_in: &str) -> Response {
    let (status, word) = error.for_program();
    let body = json!({ "error": word, "reference": reference, "sign_in": sign_in });
    let mut response = (status, Json(body)).into_response();
    add_retry_after(&mut response, error);
    no_store(response)
}
