//! Sign-out at a user flow: everybody signed in to the tenant at this browser.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use serde_json::Value;

use super::{authority::PolicyAuthority, error::B2cError};
use crate::{
    idp::Idp,
    logout::{end, read_return},
    pages,
    params::Params,
    scenario::HomeAccount,
    session::Visitor,
    trace::Trace,
};

pub(crate) async fn by_get(
    State(idp): State<Arc<Idp>>,
    authority: PolicyAuthority,
    trace: Trace,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    begin(&idp, &authority, &trace, &headers, &Params::parse(&query.unwrap_or_default()))
}

pub(crate) async fn by_post(
    State(idp): State<Arc<Idp>>,
    authority: PolicyAuthority,
    trace: Trace,
    headers: HeaderMap,
    body: String,
) -> Response {
    begin(&idp, &authority, &trace, &headers, &Params::parse(&body))
}

fn begin(idp: &Idp, authority: &PolicyAuthority, trace: &Trace, headers: &HeaderMap, params: &Params) -> Response {
    if authority.settings.logout_needs_id_token_hint && !has_hint(idp, authority, params) {
        return pages::refused_by_b2c(&B2cError::IdTokenHint, trace);
    }
    let visitor = Visitor::read(headers, idp, authority.cookie());
    let accounts: Vec<HomeAccount> = visitor.session.accounts.iter().map(|entry| entry.account).collect();
    end(idp, &visitor, &accounts, read_return(idp, params))
}

/// Whether the hint is an ID token of this tenant for a registered application. An expired one will do.
fn has_hint(idp: &Idp, authority: &PolicyAuthority, params: &Params) -> bool {
    let Some(token) = params.get("id_token_hint") else { return false };
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let Some(claims) = claims.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) else { return false };
    let app = claims["aud"].as_str().and_then(|aud| idp.directory.app(aud));
    app.is_some() && claims["iss"] == authority.issuer(idp) && idp.keys.signed(token)
}
