//! From where a request comes, for limits, sessions and the audit log.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use identity::ClientIp;

use super::forwarded::{client_address, speaks_of_a_proxy};
use crate::config::TrustedProxies;

/// Whose word counts, and whether somebody else's has been noticed.
#[derive(Clone, Debug)]
pub struct Peers {
    proxies: Arc<TrustedProxies>,
    told: Arc<AtomicBool>,
}

impl Peers {
    /// Believing these proxies.
    pub fn new(proxies: TrustedProxies) -> Self {
        Self { proxies: Arc::new(proxies), told: Arc::default() }
    }

    /// Says once that a proxy may be missing from the list. Not more often: anybody can send such a header.
    fn tell_of_strangers(&self, peer: IpAddr) {
        if !self.proxies.contains(peer) && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request says that it came through a proxy, but the program that sent it is not listed in \
                 MUSTER_TRUSTED_PROXIES; if that is your proxy, list it: until then the limits for /auth (MUSTER_RATE_*) \
                 bind nobody if it is on this machine, and all its clients together, as if they were one, if it is on another"
            );
        }
    }
}

/// The middleware. The other end of the connection is a fact; what a header says about it is anybody's claim, unless that
/// end is a proxy that somebody listed.
pub async fn note(State(peers): State<Peers>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(peer) = peer {
        if speaks_of_a_proxy(request.headers()) {
            peers.tell_of_strangers(peer);
        }
        let client = client_address(peer, request.headers(), &peers.proxies);
        request.extensions_mut().insert(ClientIp(client));
    }
    next.run(request).await
}
