//! Whether the process lives (`/healthz`) and whether people can use the site now (`/readyz`), for whoever starts replicas
//! and sends requests to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use identity::SignInError;
use serde_json::{Value, json};

use crate::state::AppState;

/// Whether the process has been asked to stop and only finishes what it began. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on `/readyz` sends new requests elsewhere.
    pub fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The process answers. It asks nobody: a store that is away is no reason to start the process again.
pub async fn live() -> &'static str {
    "ok"
}

/// 200 if records, shared state and identity provider answer, else 503, with the standing of each. The cause goes to the log.
pub async fn ready(State(state): State<AppState>) -> Response {
    if state.draining.has_begun() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "draining" }))).into_response();
    }
    let records = state.services.catalog.ready().await.inspect_err(|error| {
        tracing::warn!(%error, "not ready: the records do not answer");
    });
    let sign_in = state.identity.ready().await.inspect_err(|error| {
        tracing::warn!(%error, "not ready: people could not sign in");
    });
    let (shared, authority) = match &sign_in {
        Ok(()) => (Standing::Ok, Standing::Ok),
        Err(SignInError::State(_)) => (Standing::Unavailable, Standing::NotAsked),
        Err(_) => (Standing::Ok, Standing::Unavailable),
    };
    let records = if records.is_ok() { Standing::Ok } else { Standing::Unavailable };
    let all = [("records", records), ("shared_state", shared), ("authority", authority)];
    let fine = all.iter().all(|(_, standing)| *standing == Standing::Ok);
    let (status, word) =
        if fine { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "unavailable") };
    let checks: serde_json::Map<String, Value> =
        all.into_iter().map(|(name, standing)| (name.to_owned(), standing.word().into())).collect();
    (status, Json(json!({ "status": word, "checks": checks, "age_seconds": ages(&state) }))).into_response()
}

/// How old what the identity provider publishes is here: metadata and keys serve on for a while when it is away.
fn ages(state: &AppState) -> Value {
    let ages = state.identity.document_ages();
    let seconds = |age: Option<std::time::Duration>| age.map(|age| age.as_secs());
    json!({ "metadata": seconds(ages.metadata), "keys": seconds(ages.keys) })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Ok,
    Unavailable,
    /// Something that comes before it is away.
    NotAsked,
}

impl Standing {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unavailable => "unavailable",
            Self::NotAsked => "not asked",
        }
    }
}
