//! The endpoints that are counted and that can be made to fail.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::{idp::Idp, trace::Trace};

/// An endpoint of the stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Counts the request, then lets it through or answers with the failure that was planned for it.
pub(crate) async fn observe(
    State((idp, endpoint)): State<(Arc<Idp>, Endpoint)>,
    TraceOf(trace): TraceOf,
    request: Request,
    next: Next,
) -> Response {
    idp.control.count(endpoint);
    match idp.control.take_failure(endpoint) {
        Some(failure) => failure.respond(&trace, &idp.base),
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
