//! The listener at which metrics are read.

use std::net::SocketAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use identity::Identity;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;

use super::{MetricsError, UPKEEP, record};
use crate::config::Metrics;

/// Version 0.0.4 of the text format.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// A socket that nobody is served at yet.
pub struct Listener {
    socket: TcpListener,
    token: Option<SecretString>,
    handle: PrometheusHandle,
}

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is of no use.
    #[error(
        "MUSTER_METRICS is `{0}`, which cannot be used: {1}; name another address, or end the program that has this one"
    )]
    Address(SocketAddr, std::io::Error),
    /// Nothing is recorded.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

impl Listener {
    /// Takes the address, and records from now on.
    ///
    /// # Errors
    /// [`ListenError`] if somebody else has the address.
    pub async fn bind(settings: &Metrics) -> Result<Self, ListenError> {
        let socket = TcpListener::bind(settings.listen).await;
        let socket = socket.map_err(|error| ListenError::Address(settings.listen, error))?;
        Ok(Self { socket, token: settings.token.clone(), handle: record()? })
    }

    /// Answers until the process ends.
    pub fn serve(self, identity: Identity) {
        let Self { socket, token, handle } = self;
        let router = router(identity, token, handle.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(UPKEEP);
            loop {
                ticks.tick().await;
                handle.run_upkeep();
            }
        });
    }
}

#[derive(Clone)]
struct Shown {
    identity: Identity,
    token: Option<SecretString>,
    handle: PrometheusHandle,
}

/// `/metrics`, for whoever has the token if there is one.
pub fn router(identity: Identity, token: Option<SecretString>, handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(show)).with_state(Shown { identity, token, handle })
}

async fn show(State(shown): State<Shown>, headers: HeaderMap) -> Response {
    if shown.token.as_ref().is_some_and(|token| !is_sent(token, &headers)) {
        let challenge = (header::WWW_AUTHENTICATE, "Bearer realm=\"metrics\"");
        return (StatusCode::UNAUTHORIZED, [challenge]).into_response();
    }
    shown.identity.measure();
    let head = [(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (head, shown.handle.render()).into_response()
}

/// Whether the request has the token (RFC 6750 section 2.1).
fn is_sent(token: &SecretString, headers: &HeaderMap) -> bool {
    let sent = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let sent =
        sent.and_then(|value| value.split_at_checked(7)).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "));
    sent.is_some_and(|(_, sent)| verify_slices_are_equal(sent, token.expose_secret().as_bytes()).is_ok())
}
