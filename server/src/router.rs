//! The whole site on one screen.

use std::sync::{Arc, OnceLock};

use app::shell::shell;
use app::{App, AppError};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower_http::compression::CompressionLayer;
use url::Url;

use crate::context::request_context;
use crate::http::headers::Policy;
use crate::http::host::Hosts;
use crate::http::kind::is_navigation;
use crate::http::origin::Origins;
use crate::http::peer::Peers;
use crate::http::problem::Problem;
use crate::http::rate::RateLimit;
use crate::http::time_limit::TimeLimit;
use crate::http::{
    assets, cors, head, headers, health, host, measure, origin, panics, passive, peer, problem, public, rate, refusal,
    request_log, size, time_limit,
};
use crate::state::AppState;
use crate::{actor, api, forms, gate, live, pages, photo, site};

/// The list is made by drawing the app with every resource of the process held back, so that is done once, before anything
/// else is drawn.
static PAGES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();

/// Everything between a socket and the use cases. The layers below run from the last to the first.
pub fn build(state: AppState, public_url: &Url) -> Router {
    let listed = PAGES.get_or_init(|| generate_route_list(App)).clone();
    let options = state.leptos.clone();
    let inner = Router::new()
        .leptos_routes_with_context(&state, listed, request_context(&state), move || shell(options.clone()))
        .merge(forms::router())
        .merge(state.identity.router())
        .route(app::routes::PHOTO, get(photo::mine))
        .route(app::routes::SESSION_STATUS, get(actor::session_status))
        .route(app::routes::LIVE, get(live::listen))
        .fallback(nothing_there)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.pages.clone(), size::limit))
        .layer(from_fn_with_state(state.pages.clone(), gate::gate))
        .layer(from_fn_with_state(state.clone(), actor::identify));
    let router = state
        .identity
        .layer(inner)
        .layer(from_fn(public::note))
        .layer(from_fn(passive::note))
        .layer(from_fn_with_state(origins(&state, public_url), origin::check))
        .layer(from_fn_with_state(rate_limit(&state), rate::limit))
        .merge(api::router(&state))
        .merge(assets::router(state.leptos.site_root.as_ref().as_ref(), state.leptos.hash_files))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(from_fn_with_state(state.pages.clone(), refusal::explain))
        .layer(from_fn_with_state(TimeLimit { limit: state.time_limit, pages: state.pages.clone() }, time_limit::end));
    let router = front_door(panics::caught(router, state.pages.clone()), &state, public_url);
    // Outside of all that refuses: a refusal has the headers too.
    router
        .layer(from_fn_with_state(policy(&state, public_url), headers::secure))
        .layer(from_fn_with_state(Peers::new(state.front_door.proxies.clone()), peer::note))
        .layer(from_fn(problem::name_request))
        .layer(from_fn(request_log::log))
        .layer(from_fn(measure::requests))
        .with_state(state)
}

/// What refuses a request for its address and its headers alone.
fn front_door(router: Router<AppState>, state: &AppState, public_url: &Url) -> Router<AppState> {
    let router = match cors::rule(&state.front_door.cors_origins) {
        Some(rule) => router.layer(from_fn_with_state(rule, cors::share)),
        None => router,
    };
    let router = router.layer(from_fn_with_state(state.pages.clone(), head::limit));
    if state.facts.development_sign_in {
        router.layer(from_fn_with_state(public_url.clone(), host::local_only))
    } else {
        let hosts = Hosts::new(public_url.clone(), &state.front_door.allowed_hosts);
        router.layer(from_fn_with_state(hosts, host::only_ours))
    }
}

fn policy(state: &AppState, public_url: &Url) -> Policy {
    let (forms, frames) = (state.identity.clone(), state.identity.clone());
    Policy {
        form_targets: Arc::new(move || forms.form_action_sources()),
        frame_targets: Arc::new(move || frames.frame_sources()),
        https: public_url.scheme() == "https",
        reload: site::reload_sources(&state.leptos, public_url).into(),
        pages: state.pages.clone(),
    }
}

fn origins(state: &AppState, public_url: &Url) -> Origins {
    Origins { public_url: public_url.clone(), pages: state.pages.clone() }
}

fn rate_limit(state: &AppState) -> RateLimit {
    RateLimit {
        rates: state.front_door.rates,
        window: rate::Window::new(state.shared.clone()),
        pages: state.pages.clone(),
    }
}

/// What is at no address: a page for a person, and for a program what it understands there.
async fn nothing_there(state: State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/sfn/") {
        // A page of an older release may still be open.
        return pages::app_error(&AppError::NotFound);
    }
    if !is_navigation(request.headers()) {
        return Problem::not_found().into_response();
    }
    render(state, request).await
}

/// Draws the page at this address: for addresses that are none, and for forms that were refused.
pub async fn render(State(state): State<AppState>, request: Request) -> Response {
    let options = state.leptos.clone();
    let handler = render_app_async_with_context(request_context(&state), move || shell(options.clone()));
    handler(request).await.into_response()
}
