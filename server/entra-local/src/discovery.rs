//! Discovery (OpenID Connect Discovery 1.0) and the key set, in Entra's v2.0 form.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    authority::{Authority, CONSUMERS},
    error::StsError,
    idp::Idp,
    trace::Trace,
};

/// `/{tenant}/v2.0/.well-known/openid-configuration`
pub(crate) async fn configuration(State(idp): State<Arc<Idp>>, Path(segment): Path<String>, trace: Trace) -> Response {
    match Authority::parse(&segment, &idp.directory) {
        Some(authority) => cached(document(&idp, &segment, authority)),
        None => unknown_tenant(&idp, &trace),
    }
}

/// `/{tenant}/discovery/v2.0/keys`
pub(crate) async fn keys(State(idp): State<Arc<Idp>>, Path(segment): Path<String>, trace: Trace) -> Response {
    match Authority::parse(&segment, &idp.directory) {
        Some(authority) => cached(idp.keys.jwks(&idp.issuer(&authority.issuer_segment()), idp.cloud())),
        None => unknown_tenant(&idp, &trace),
    }
}

/// The members are Entra's: it names neither its grant types nor its PKCE methods. Endpoints keep the path segment that
/// was asked for: `/organizations` leads to `/organizations/oauth2/…`, a tenant's id or domain to the tenant's id,
/// that of personal accounts to `/consumers`.
fn document(idp: &Idp, segment: &str, authority: Authority) -> Value {
    let path = match authority {
        Authority::Tenant(CONSUMERS) => "consumers".to_owned(),
        Authority::Tenant(id) => id.to_string(),
        Authority::Organizations | Authority::Common => segment.to_ascii_lowercase(),
    };
    let endpoint = |tail: &str| format!("{}/{path}/{tail}", idp.base);
    json!({
        "issuer": idp.issuer(&authority.issuer_segment()),
        "authorization_endpoint": endpoint("oauth2/v2.0/authorize"),
        "token_endpoint": endpoint("oauth2/v2.0/token"),
        "end_session_endpoint": endpoint("oauth2/v2.0/logout"),
        "jwks_uri": endpoint("discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "form_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nbf", "acct", "email", "login_hint", "name", "nonce", "oid",
            "preferred_username", "roles", "sid", "tid", "uti", "ver",
        ],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "tenant_region_scope": null,
        "cloud_instance_name": idp.cloud(),
    })
}

fn cached(body: Value) -> Response {
    let mut response = Json(body).into_response();
    let day = HeaderValue::from_static("max-age=86400, private");
    response.headers_mut().insert(header::CACHE_CONTROL, day);
    response
}

fn unknown_tenant(idp: &Idp, trace: &Trace) -> Response {
    let message = "There is no tenant of that name in this directory.".to_owned();
    StsError::new(StatusCode::BAD_REQUEST, "invalid_tenant", 90_002, message).json(trace, &idp.base)
}
