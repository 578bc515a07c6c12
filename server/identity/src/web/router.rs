//! Which handler answers what.

use axum::{
    Router,
    middleware::map_response,
    routing::{get, post},
};

use super::{callback, no_store, sign_in, sign_out};
use crate::identity::Identity;

/// The routes, with the identity as their only state. Only POST signs out; a GET there is a 405 that changes nothing.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(identity: Identity) -> Router<S> {
    Router::new()
        .route("/auth/sign-in", get(sign_in::begin))
        .route("/auth/callback", get(callback::complete))
        .route("/auth/sign-out", post(sign_out::end))
        .layer(map_response(async |response| no_store(response)))
        .with_state(identity)
}
