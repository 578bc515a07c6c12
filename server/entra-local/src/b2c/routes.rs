//! Both spellings of a user flow's endpoints.

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use super::{authorize, discovery, logout, token};
use crate::{control::Endpoint, idp::Idp, routes::observed};

pub(crate) fn routes(idp: &Arc<Idp>) -> Router<Arc<Idp>> {
    let mut router = Router::new().route("/entra-local/user-flow", post(authorize::continue_flow));
    for authority in ["/{tenant}/{policy}", "/tfp/{tenant}/{policy}"] {
        let at = |tail: &str| format!("{authority}/{tail}");
        router = router
            .route(
                &at("v2.0/.well-known/openid-configuration"),
                observed(idp, Endpoint::Discovery, get(discovery::configuration)),
            )
            .route(&at("discovery/v2.0/keys"), observed(idp, Endpoint::Keys, get(discovery::keys)))
            .route(
                &at("oauth2/v2.0/authorize"),
                observed(idp, Endpoint::Authorize, get(authorize::by_get).post(authorize::by_post)),
            )
            .route(&at("oauth2/v2.0/token"), observed(idp, Endpoint::Token, post(token::token)))
            .route(
                &at("oauth2/v2.0/logout"),
                observed(idp, Endpoint::Logout, get(logout::by_get).post(logout::by_post)),
            );
    }
    router
}
