//! The HTTP side of the token endpoint.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::StringRejection},
    response::Response,
};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use super::{
    client_auth, client_credentials,
    error::TokenError,
    grant::Subject,
    on_behalf::{self, on_behalf_of},
    redeem::redeem,
    refresh::{refresh, spend},
    response,
};
use crate::{
    access::Denial, authority::Authority, authorize::Due, claims::ClaimsRequest, error::uncached_json, idp::Idp,
    params::Params, scenario::AppRegistration, trace::Trace,
};

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

/// A body that nobody reads to its end.
pub(crate) fn too_long(idp: &Idp, trace: &Trace) -> Response {
    TokenError::Body(StatusCode::PAYLOAD_TOO_LARGE).sts().json(trace, &idp.base)
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
        Some("client_credentials") => return client_credentials::answer(idp, authority, &app, form),
        Some(on_behalf::GRANT_TYPE) => on_behalf_of(idp, authority, &app, form)?,
        Some(other) => return Err(TokenError::GrantType(other.to_owned())),
        None => return Err(TokenError::Missing("grant_type")),
    };
    let subject = ready(idp, &app, subject, form)?;
    if let Some(used) = subject.refreshed.as_deref().filter(|_| replaces(idp, &subject)) {
        spend(idp, used)?;
    }
    response::tokens(idp, &app, &subject, form.get("client_info") == Some("1"))
}

/// Whether the refresh token that was used gives way to the one in the answer.
fn replaces(idp: &Idp, subject: &Subject) -> bool {
    idp.control.spends_refresh_tokens() && subject.scopes.contains("offline_access")
}

/// What every grant in a person's name must pass: the claims that are asked for, and consent.
fn ready(idp: &Idp, app: &AppRegistration, subject: Subject, form: &Params) -> Result<Subject, TokenError> {
    let account = &subject.account;
    let asked = ClaimsRequest::parse(form.get("claims")).map_err(TokenError::Claims)?;
    let claims = subject.claims.and(asked);
    let context = claims.required().or_else(|| idp.control.context(account));
    if let Some(denial) = Denial::of_context(context, subject.session.strong) {
        return Err(TokenError::Denied(denial));
    }
    if idp.consents.due(&idp.directory, app, account, &subject.scopes) != Due::Nobodys {
        return Err(TokenError::ConsentRequired(app.client_id));
    }
    let granted = |resource| idp.consents.granted(&idp.directory, app, account, resource);
    let scopes = subject.scopes.clone().with_defaults(granted);
    Ok(Subject { scopes, claims, ..subject })
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
