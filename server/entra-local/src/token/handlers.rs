//! The HTTP side of the token endpoint.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::StringRejection},
    response::Response,
};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use super::{client_auth, error::TokenError, redeem::redeem, refresh::refresh, response};
use crate::{authority::Authority, error::uncached_json, idp::Idp, params::Params, trace::Trace};

pub(crate) async fn token(
    State(idp): State<Arc<Idp>>,
    Path(segment): Path<String>,
    trace: Trace,
    headers: HeaderMap,
    body: Result<String, StringRejection>,
) -> Response {
    let form = match body {
        Ok(body) => Params::parse(&body),
        Err(rejection) => return TokenError::Body(rejection.status()).sts().json(&trace, &idp.base),
    };
    let trace = trace.or_from(&form);
    idp.control.record_token(&form, client_auth::is_basic(&headers));
    match answer(&idp, &segment, &headers, &form) {
        Ok(tokens) => uncached_json(StatusCode::OK, &trace, tokens),
        Err(error) => error.sts().json(&trace, &idp.base),
    }
}

/// Every method but POST.
pub(crate) async fn not_post(State(idp): State<Arc<Idp>>, trace: Trace, method: Method) -> Response {
    TokenError::Method(method).sts().json(&trace, &idp.base)
}

fn answer(idp: &Idp, segment: &str, headers: &HeaderMap, form: &Params) -> Result<Value, TokenError> {
    check_form(headers, form)?;
    let authority = Authority::parse(segment, &idp.directory).ok_or(TokenError::UnknownTenant)?;
    let app = client_auth::authenticate(idp, authority, headers, form)?;
    let subject = match form.get("grant_type") {
        Some("authorization_code") => redeem(idp, authority, app.client_id, form)?,
        Some("refresh_token") => refresh(idp, authority, &app, form)?,
        Some(other) => return Err(TokenError::GrantType(other.to_owned())),
        None => return Err(TokenError::Missing("grant_type")),
    };
    response::tokens(idp, &app, &subject, form.get("client_info") == Some("1"))
}

fn check_form(headers: &HeaderMap, form: &Params) -> Result<(), TokenError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(TokenError::ContentType);
    }
    match form.repeated() {
        Some(name) => Err(TokenError::Repeated(name.to_owned())),
        None => Ok(()),
    }
}
