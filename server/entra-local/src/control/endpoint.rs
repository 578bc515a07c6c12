//! The endpoints that are counted and that can be made to fail.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use serde::Deserialize;

use super::{Intervention, TokenRequest};
use crate::{idp::Idp, params::Params, routes::BODY_LIMIT, token, trace::Trace};

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
    /// `/v1.0/…`: Microsoft Graph.
    Graph,
}

impl Endpoint {
    pub(super) const ALL: [Self; 6] =
        [Self::Discovery, Self::Keys, Self::Authorize, Self::Token, Self::Logout, Self::Graph];

    /// How the control endpoint calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Keys => "keys",
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Logout => "logout",
            Self::Graph => "graph",
        }
    }
}

/// Counts the request, then lets it through or answers with the failure that was planned for it. What is asked of the
/// token endpoint is written down first.
pub(crate) async fn observe(
    State((idp, endpoint)): State<(Arc<Idp>, Endpoint)>,
    TraceOf(trace): TraceOf,
    request: Request,
    next: Next,
) -> Response {
    idp.control.count(endpoint);
    if endpoint != Endpoint::Token {
        let planned = idp.control.take_failure(endpoint, None, &trace, &idp.base);
        return intervene(&idp, planned, request, next).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else { return token::too_long(&idp, &trace) };
    let form = Params::parse(&String::from_utf8_lossy(&body));
    let person = token::whose(&idp, &form).and_then(|home| idp.directory.member(home));
    let header = parts.headers.get("client-request-id").and_then(|value| value.to_str().ok());
    let flight = idp.control.ledger.begin(TokenRequest::read(&form, header, person.as_deref()));
    let planned = idp.control.take_failure(endpoint, form.get("grant_type"), &trace, &idp.base);
    let response = intervene(&idp, planned, Request::from_parts(parts, body.into()), next).await;
    flight.answered(response.status().as_u16());
    response
}

async fn intervene(idp: &Idp, planned: Intervention, request: Request, next: Next) -> Response {
    if let Some(delay) = planned.delay {
        tokio::time::sleep(delay).await;
    }
    if planned.hangs {
        idp.control.hang().await;
    }
    match planned.answer {
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
