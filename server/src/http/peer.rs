//! From where a request comes, for sessions and the audit log.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::Response;
use identity::ClientIp;

/// The middleware. The other end of the connection is a fact; what a header says about it is anybody's claim. Behind a
/// proxy the fact is the proxy's address.
pub async fn note(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    if let Some(ip) = peer {
        request.extensions_mut().insert(ClientIp(ip));
    }
    next.run(request).await
}
