//! Which handler answers what.

use axum::{
    Router,
    middleware::map_response,
    response::IntoResponse,
    routing::{get, post},
};
use http::{StatusCode, header};

use super::{callback, no_store, profile, sign_in, sign_out};
use crate::identity::Identity;

/// The routes, with the identity as their only state. Only POST signs out; a GET there is a 405 that changes nothing. Axum
/// would answer HEAD with the handler of GET, and a HEAD must neither open a sign-in nor use one up.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(identity: Identity) -> Router<S> {
    Router::new()
        .route("/auth/sign-in", get(sign_in::begin).head(get_only))
        .route("/auth/edit-profile", get(profile::edit).head(get_only))
        .route("/auth/reset-password", get(profile::reset_password).head(get_only))
        .route("/auth/callback", get(callback::complete).head(get_only))
        .route("/auth/sign-out", post(sign_out::end))
        .layer(map_response(async |response| no_store(response)))
        .with_state(identity)
}

async fn get_only() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")])
}
