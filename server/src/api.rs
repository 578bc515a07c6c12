//! The JSON API, for programs. Whoever asks shows an access token; a cookie is not looked at, so there is nothing that
//! another site could make use of, and every refusal has the shape of [`crate::http::problem::Problem`].

mod body;
mod document;
mod error;
mod incidents;
mod list;
mod notes;
mod parameters;
mod precondition;
mod rate;
mod refusals;
mod schema;
mod timeline;
mod transitions;
mod views;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::actor::{Api, identify_token};
use crate::http::problem::Problem;
use crate::state::AppState;

/// Every address under `/api`. The layers run from the last to the first: token, organisation, rate, and then the scope or
/// permission that the operation asks for.
pub fn router(state: &AppState) -> Router<AppState> {
    let api = Api::new(state);
    let one = get(incidents::read)
        .route_layer(api.reading())
        .merge(axum::routing::patch(incidents::edit).route_layer(api.writing()))
        .merge(axum::routing::delete(incidents::delete).route_layer(api.deleting()));
    let all = get(list::list).route_layer(api.reading()).merge(post(incidents::declare).route_layer(api.writing()));
    let closed = Router::new()
        .route("/incidents", all)
        .route("/incidents/{number}", one)
        .route("/incidents/{number}/transitions", post(transitions::act).route_layer(api.writing()))
        .route("/incidents/{number}/timeline", get(timeline::read).route_layer(api.reading()))
        .route("/incidents/{number}/notes", post(notes::write).route_layer(api.writing()))
        .fallback(async || Problem::not_found())
        .layer(from_fn_with_state(rate::CallerRate::new(state), rate::limit))
        .layer(from_fn_with_state(state.clone(), identify_token))
        .layer(api.token());
    Router::new().route(document::ADDRESS, get(document::serve)).nest("/api", closed)
}
