//! Which path of Graph leads where.

use std::sync::Arc;

use axum::{
    Router,
    routing::{MethodRouter, get, post},
};

use super::{groups, photo, users};
use crate::{control::Endpoint, idp::Idp, routes::observed};

pub(crate) fn routes(idp: &Arc<Idp>) -> Router<Arc<Idp>> {
    let counted = |handlers: MethodRouter<Arc<Idp>>| observed(idp, Endpoint::Graph, handlers);
    Router::new()
        .route("/v1.0/me", counted(get(users::me)))
        .route("/v1.0/me/photo/$value", counted(get(photo::mine)))
        .route("/v1.0/me/photos/{size}/$value", counted(get(photo::mine_sized)))
        .route("/v1.0/me/transitiveMemberOf", counted(get(groups::mine)))
        .route("/v1.0/me/transitiveMemberOf/microsoft.graph.group", counted(get(groups::mine_cast)))
        .route("/v1.0/me/getMemberObjects", counted(post(groups::my_ids)))
        .route("/v1.0/users", counted(get(users::list)))
        .route("/v1.0/users/{id}", counted(get(users::one)))
        .route("/v1.0/users/{id}/photo/$value", counted(get(photo::theirs)))
        .route("/v1.0/users/{id}/photos/{size}/$value", counted(get(photo::theirs_sized)))
        .route("/v1.0/users/{id}/transitiveMemberOf", counted(get(groups::theirs)))
        .route("/v1.0/users/{id}/transitiveMemberOf/microsoft.graph.group", counted(get(groups::theirs_cast)))
        .route("/v1.0/users/{id}/getMemberObjects", counted(post(groups::their_ids)))
}
