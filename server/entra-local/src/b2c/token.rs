//! The token endpoint of a user flow.

use std::sync::Arc;

use axum::{
    extract::{State, rejection::StringRejection},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use time::Duration;

use super::{
    authority::PolicyAuthority,
    claims,
    error::B2cError,
    grant::{Grant, RefreshToken},
    redeem,
};
use crate::{
    authority::audience_admits,
    error::uncached_json,
    idp::Idp,
    jwt::Draft,
    keys::KeyError,
    params::Params,
    random,
    scenario::{Account, AppRegistration},
    token::{client_info_of_policy, credentials, is_basic, seal_id_token},
    trace::Trace,
};

const REFRESH_LIFE: Duration = Duration::days(14);

impl From<KeyError> for B2cError {
    fn from(_: KeyError) -> Self {
        Self::Internal
    }
}

pub(crate) async fn token(
    State(idp): State<Arc<Idp>>,
    authority: PolicyAuthority,
    trace: Trace,
    headers: HeaderMap,
    body: Result<String, StringRejection>,
) -> Response {
    let form = Params::parse(&body.unwrap_or_default());
    let trace = trace.or_from(&form);
    idp.control.record_token(&form, is_basic(&headers));
    match answer(&idp, &authority, &headers, &form) {
        Ok(tokens) => uncached_json(StatusCode::OK, &trace, tokens),
        Err(error) => error.json(&trace),
    }
}

fn answer(idp: &Idp, authority: &PolicyAuthority, headers: &HeaderMap, form: &Params) -> Result<Value, B2cError> {
    let app = authenticate(idp, authority, headers, form)?;
    let grant = match form.get("grant_type") {
        Some("authorization_code") => redeem::code(idp, authority, &app, form)?,
        Some("refresh_token") => redeem::refresh_token(idp, authority, &app, form)?,
        Some(other) => return Err(B2cError::GrantType(other.to_owned())),
        None => return Err(B2cError::Missing("grant_type")),
    };
    let account = idp.directory.member(grant.account).ok_or(B2cError::GrantRevoked)?;
    tokens(idp, authority, &app, &account, grant, form.get("client_info") == Some("1"))
}

fn authenticate(
    idp: &Idp,
    authority: &PolicyAuthority,
    headers: &HeaderMap,
    form: &Params,
) -> Result<Arc<AppRegistration>, B2cError> {
    let (client_id, secret) = credentials(headers, form).map_err(|_| B2cError::NoClientId)?;
    let app = idp.directory.app(&client_id).filter(|app| audience_admits(app, authority.tenant));
    let app = app.ok_or(B2cError::UnknownClient)?;
    let secret = secret.ok_or(B2cError::NoSecret)?;
    if app.client_secret.matches(&secret) { Ok(Arc::clone(app)) } else { Err(B2cError::WrongSecret) }
}

/// An access token only for a resource that was asked for, an ID token only with `openid`.
fn tokens(
    idp: &Idp,
    authority: &PolicyAuthority,
    app: &AppRegistration,
    account: &Account,
    grant: Grant,
    client_info_asked: bool,
) -> Result<Value, B2cError> {
    let key = idp.keys.current().ok_or(B2cError::Internal)?;
    let now = idp.now();
    let life = claims::LIFE.whole_seconds();
    let mut body = json!({
        "token_type": "Bearer",
        "scope": grant.scopes.text(),
        "not_before": now.unix_timestamp(),
    });
    if let Some(resource) = grant.scopes.resource {
        let draft = Draft::new(&key, claims::access_token(idp, authority, account, &grant, resource));
        body["access_token"] = json!(draft.seal(&key)?);
        body["expires_in"] = json!(life);
        body["expires_on"] = json!((now + claims::LIFE).unix_timestamp());
        body["resource"] = json!(resource);
    }
    if grant.scopes.contains("openid") {
        let claims = claims::id_token(idp, authority, account, &grant);
        body["id_token"] = json!(seal_id_token(idp, &key, app, authority.tenant, claims)?);
        body["id_token_expires_in"] = json!(life);
    }
    if client_info_asked {
        body["client_info"] = json!(client_info_of_policy(account.home(), &grant.policy));
    }
    if grant.scopes.contains("offline_access") {
        let value = random::opaque();
        let token = RefreshToken { grant, expires: now + REFRESH_LIFE };
        idp.b2c.refresh_tokens.with(|tokens| tokens.insert(value.clone(), token, now));
        body["refresh_token"] = json!(value);
        body["refresh_token_expires_in"] = json!(REFRESH_LIFE.whole_seconds());
    }
    Ok(body)
}
