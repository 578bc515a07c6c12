//! Which handler answers what.

use axum::{
    Router,
    middleware::map_response,
    response::IntoResponse,
    routing::{get, post},
};
use http::{StatusCode, header};

use super::{admin_consent, back_channel, callback, front_channel, no_store, profile, sign_in, sign_out, silent};
use crate::identity::Identity;

/// Where the authority's sign-out page reaches us from within the browser: the front-channel logout URL of the registration
/// is this path on the public origin. The one answer of the site that the authority may show in a frame; its own
/// `Content-Security-Policy` says so.
pub const FRONT_CHANNEL_LOGOUT: &str = "/auth/front-channel-logout";

/// Where the authority itself reaches us: the back-channel logout URL of the registration is this path on the public origin.
/// Requests there come from no browser and have neither `Sec-Fetch-Site` nor `Origin`; a signed token speaks for them.
pub const BACK_CHANNEL_LOGOUT: &str = "/auth/back-channel-logout";

/// The routes, with the identity as their only state. Axum would answer HEAD with the handler of GET, and a HEAD must neither
/// open a sign-in nor use one up, nor end anything.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(identity: Identity) -> Router<S> {
    Router::new()
        .route("/auth/sign-in", get(sign_in::begin).head(get_only))
        .route("/auth/edit-profile", get(profile::edit).head(get_only))
        .route("/auth/reset-password", get(profile::reset_password).head(get_only))
        .route("/auth/callback", get(callback::complete).head(get_only))
        .route("/auth/silent", get(silent::begin).head(get_only))
        .route("/auth/sign-out", get(sign_out::ask).head(get_only).post(sign_out::end))
        .route(FRONT_CHANNEL_LOGOUT, get(front_channel::end).head(get_only))
        .route(BACK_CHANNEL_LOGOUT, post(back_channel::end))
        .route("/auth/admin-consent", get(admin_consent::begin).head(get_only))
        .route("/auth/admin-consent/callback", get(admin_consent::complete).head(get_only))
        .layer(map_response(async |response| no_store(response)))
        .with_state(identity)
}

async fn get_only() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")])
}
