//! The control endpoint. It is there only if the scenario says so, and like everything here it answers loopback only.
//! Orders are JSON by media type, which a page of another site cannot send without asking first.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{endpoint::Endpoint, order::Order};
use crate::idp::Idp;

pub(crate) fn routes() -> Router<Arc<Idp>> {
    Router::new().route("/entra-local/control/orders", post(order)).route("/entra-local/control/state", get(state))
}

async fn order(State(idp): State<Arc<Idp>>, Json(order): Json<Order>) -> Response {
    match idp.control.carry_out(order) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")).into_response(),
    }
}

/// What was asked of the stand-in so far. Values of secret fields are not kept.
async fn state(State(idp): State<Arc<Idp>>) -> Json<Value> {
    let control = &idp.control;
    let requests: serde_json::Map<String, Value> =
        Endpoint::ALL.iter().map(|endpoint| (endpoint.name().to_owned(), json!(control.requests(*endpoint)))).collect();
    let quota: serde_json::Map<String, Value> = idp
        .directory
        .b2c_tenants()
        .map(|tenant| {
            let used = control.quota_used(tenant);
            (
                tenant.to_string(),
                json!({ "last_second": used.last_second, "last_five_minutes": used.last_five_minutes }),
            )
        })
        .collect();
    Json(json!({
        "now": control.now().unix_timestamp(),
        "requests": requests,
        "token_requests": control.token_requests(),
        "highest_in_flight": control.highest_in_flight(),
        "last_authorize": control.last_authorize(),
        "last_token_request": control.last_token_request(),
        "quota": quota,
    }))
}
