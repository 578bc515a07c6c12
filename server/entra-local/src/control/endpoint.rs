//! The endpoints that are counted and that can be made to fail.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use serde::Deserialize;

use crate::{idp::Idp, trace::Trace};

/// An endpoint of the stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `/{tenant}/v2.0/.well-known/openid-configuration`
    Discovery,
    /// `/{tenant}/discovery/v2.0/keys`
    Keys,
    /// `/{tenant}/oauth2/v2.0/authorize`
    Authorize,
    /// `/{tenant}/oauth2/v2.0/token`
    Token,
    /// `/{tenant}/oauth2/v2.0/logout`
    Logout,
}

impl Endpoint {
    pub(super) const ALL: [Self; 5] = [Self::Discovery, Self::Keys, Self::Authorize, Self::Token, Self::Logout];

    /// How the control endpoint calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Keys => "keys",
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Logout => "logout",
        }
    }
}

/// Counts the request, then lets it through or answers with the failure that was planned for it.
pub(crate) async fn observe(
    State((idp, endpoint)): State<(Arc<Idp>, Endpoint)>,
    TraceOf(trace): TraceOf,
    request: Request,
    next: Next,
) -> Response {
    idp.control.count(endpoint);
    let failure = idp.control.take_failure(endpoint, &trace, &idp.base);
    if let Some(delay) = failure.delay {
        tokio::time::sleep(delay).await;
    }
    match failure.answer {
        Some(response) => response,
        None => next.run(request).await,
    }
}

/// The trace, for a layer whose state is more than the stand-in.
pub(crate) struct TraceOf(Trace);

impl axum::extract::FromRequestParts<(Arc<Idp>, Endpoint)> for TraceOf {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        (idp, _): &(Arc<Idp>, Endpoint),
    ) -> Result<Self, Self::Rejection> {
        Trace::from_request_parts(parts, idp).await.map(Self)
    }
}
