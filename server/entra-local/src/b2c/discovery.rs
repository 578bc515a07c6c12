//! Metadata and keys of a user flow (Microsoft Learn, "Web sign-in with OpenID Connect in Azure Active Directory B2C").

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::authority::PolicyAuthority;
use crate::{idp::Idp, scenario::PolicyClaim};

pub(crate) async fn configuration(State(idp): State<Arc<Idp>>, authority: PolicyAuthority) -> Response {
    let endpoint = |tail: &str| authority.endpoint(&idp, tail);
    let policy_claim = match authority.settings.policy_claim {
        PolicyClaim::Tfp => "tfp",
        PolicyClaim::Acr => "acr",
    };
    Json(json!({
        "issuer": authority.issuer(&idp),
        "authorization_endpoint": endpoint("oauth2/v2.0/authorize"),
        "token_endpoint": endpoint("oauth2/v2.0/token"),
        "end_session_endpoint": endpoint("oauth2/v2.0/logout"),
        "jwks_uri": endpoint("discovery/v2.0/keys"),
        "response_modes_supported": ["query", "form_post"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "emails", "given_name", "family_name", "name", "newUser", policy_claim, "sub", "iss", "iat", "exp", "aud",
            "nonce", "nbf", "auth_time", "ver",
        ],
    }))
    .into_response()
}

pub(crate) async fn keys(State(idp): State<Arc<Idp>>, _: PolicyAuthority) -> Response {
    Json(idp.keys.bare_jwks()).into_response()
}
