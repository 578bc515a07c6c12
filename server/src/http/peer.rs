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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::http::heard::Lines;

    #[tokio::test]
    async fn a_proxy_that_nobody_listed_is_spoken_of_once() {
        let lines = Lines::default();
        let _logging = lines.listen();
        let proxies = TrustedProxies { networks: vec!["10.0.0.0/24".parse().unwrap()], ..TrustedProxies::default() };
        let peers = Peers::new(proxies);
        let router: Router = Router::new().route("/", get(async || ())).layer(from_fn_with_state(peers, note));
        for (peer, header, told) in [
            ([10, 0, 0, 1], "x-forwarded-for", 0),
            ([203, 0, 113, 9], "x-anything", 0),
            ([203, 0, 113, 9], "x-forwarded-for", 1),
            ([203, 0, 113, 10], "forwarded", 1),
        ] {
            let request = Request::get("/").header(header, "192.0.2.1");
            let request = request.extension(ConnectInfo(SocketAddr::from((peer, 4711))));
            router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(lines.with("MUSTER_TRUSTED_PROXIES").len(), told, "{peer:?} {header}");
        }
    }
}
