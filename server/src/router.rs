//! The whole site on one screen.

use std::sync::{Arc, OnceLock};

use app::App;
use app::shell::shell;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower_http::compression::CompressionLayer;
use url::Url;

use crate::context::request_context;
use crate::http::headers::Policy;
use crate::http::origin::Origins;
use crate::http::time_limit::TimeLimit;
use crate::http::{assets, headers, host, origin, panics, peer, request_log, size, time_limit};
use crate::state::AppState;
use crate::{actor, forms, gate, site};

/// The list is made by drawing the app with every resource of the process held back, so that is done once, before anything
/// else is drawn.
static PAGES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();

/// Everything between a socket and the use cases. The layers below run from the last to the first.
pub fn build(state: AppState, public_url: &Url) -> Router {
    let pages = PAGES.get_or_init(|| generate_route_list(App)).clone();
    let options = state.leptos.clone();
    let inner = Router::new()
        .leptos_routes_with_context(&state, pages, request_context(&state), move || shell(options.clone()))
        .merge(forms::router())
        .merge(state.identity.router())
        .fallback(render)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.pages.clone(), size::limit))
        .layer(from_fn_with_state(state.pages.clone(), gate::gate))
        .layer(from_fn_with_state(state.clone(), actor::identify));
    let identity = state.identity.clone();
    let policy = Policy {
        form_targets: Arc::new(move || identity.form_action_sources()),
        https: public_url.scheme() == "https",
        reload: site::reload_sources(&state.leptos, public_url).into(),
        pages: state.pages.clone(),
    };
    let origins = Origins { public_url: public_url.clone(), pages: state.pages.clone() };
    let limit = TimeLimit { limit: state.time_limit, pages: state.pages.clone() };
    let router = state
        .identity
        .layer(inner)
        .layer(from_fn_with_state(origins, origin::check))
        .merge(assets::router(state.leptos.site_root.as_ref().as_ref(), state.leptos.hash_files))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .layer(from_fn_with_state(limit, time_limit::end));
    let mut router = panics::caught(router, state.pages.clone());
    if state.facts.development_sign_in {
        router = router.layer(from_fn_with_state(public_url.clone(), host::local_only));
    }
    // Outside of the check of hosts: a refusal has the headers too.
    router
        .layer(from_fn_with_state(policy, headers::secure))
        .layer(from_fn(peer::note))
        .layer(from_fn(request_log::log))
        .with_state(state)
}

/// Draws the page at this address: for addresses that are none, and for forms that were refused.
pub async fn render(State(state): State<AppState>, request: Request) -> Response {
    let options = state.leptos.clone();
    let handler = render_app_async_with_context(request_context(&state), move || shell(options.clone()));
    handler(request).await.into_response()
}

/// Whether people can use the site now: records, sessions and the identity provider answer.
async fn ready(State(state): State<AppState>) -> Response {
    if let Err(error) = state.services.catalog.ready().await {
        tracing::warn!(%error, "not ready: the records do not answer");
        return (StatusCode::SERVICE_UNAVAILABLE, "records").into_response();
    }
    if let Err(error) = state.identity.ready().await {
        tracing::warn!(%error, "not ready: people could not sign in");
        return (StatusCode::SERVICE_UNAVAILABLE, "sign-in").into_response();
    }
    "ready".into_response()
}
