//! Which path leads where.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{MethodRouter, get, post},
};

use crate::{
    authorize, b2c,
    control::{self, Endpoint, observe},
    discovery, graph,
    idp::Idp,
    local_only::local_only,
    logout, pages, token,
};

/// No honest request comes near this.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// Handlers whose requests are counted, and fail when a test ordered it.
pub(crate) fn observed(idp: &Arc<Idp>, endpoint: Endpoint, handlers: MethodRouter<Arc<Idp>>) -> MethodRouter<Arc<Idp>> {
    handlers.layer(from_fn_with_state((Arc::clone(idp), endpoint), observe))
}

pub(crate) fn router(idp: &Arc<Idp>) -> Router {
    let levers = if idp.directory.control_endpoint { control::routes() } else { Router::new() };
    Router::new()
        .merge(levers)
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            observed(idp, Endpoint::Discovery, get(discovery::configuration)),
        )
        .route("/{tenant}/discovery/v2.0/keys", observed(idp, Endpoint::Keys, get(discovery::keys)))
        .route(
            "/{tenant}/oauth2/v2.0/authorize",
            observed(idp, Endpoint::Authorize, get(authorize::by_get).post(authorize::by_post)),
        )
        .route(
            "/{tenant}/oauth2/v2.0/token",
            observed(idp, Endpoint::Token, post(token::token).fallback(token::not_post)),
        )
        .route(
            "/{tenant}/oauth2/v2.0/logout",
            observed(idp, Endpoint::Logout, get(logout::by_get).post(logout::by_post)),
        )
        .route("/{tenant}/v2.0/adminconsent", get(authorize::admin_consent))
        .merge(b2c::routes(idp))
        .merge(graph::routes(idp))
        .route("/common/login", post(authorize::continue_sign_in))
        .route("/common/logout", post(logout::choose))
        .route("/error", get(pages::explain))
        .route("/entra-local/style.css", get(pages::stylesheet))
        .route("/entra-local/post.js", get(pages::script))
        .route("/entra-local/icon.svg", get(pages::icon))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(local_only))
        .with_state(Arc::clone(idp))
}
