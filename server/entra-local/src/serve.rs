//! Serving on loopback, with or without TLS.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::task::JoinHandle;
use url::Url;

use crate::{
    entra::{EntraLocal, StartError},
    scenario::Scenario,
    tls,
};

/// Requests still running at shutdown get this long.
const GRACE: Duration = Duration::from_secs(5);

/// How connections are secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain http.
    Off,
    /// A self-signed certificate for `localhost`, `127.0.0.1` and `::1`, made at start.
    Generated,
}

/// A stand-in that is being served. Dropping it leaves the server running; call [`Running::shutdown`].
#[derive(Debug)]
pub struct Running {
    /// What it is called by: `http://127.0.0.1:<port>`.
    pub base_url: Url,
    /// The certificate to trust, with [`Tls::Generated`].
    pub certificate_pem: Option<String>,
    entra: EntraLocal,
    handle: Handle<SocketAddr>,
    server: JoinHandle<io::Result<()>>,
}

impl EntraLocal {
    /// Listens on `address`, whose port may be 0 for any free one, and serves in a task of its own.
    ///
    /// # Errors
    /// [`StartError`] if the address is not loopback or taken, or for any reason [`EntraLocal::new`] has.
    pub async fn serve(scenario: Scenario, address: SocketAddr, tls: Tls) -> Result<Running, StartError> {
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let listen = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let base_url = base_url(bound, tls);
        // Key generation is a second of computing in an unoptimised build: not on the runtime's thread.
        let url = base_url.clone();
        let made = tokio::task::spawn_blocking(move || EntraLocal::new(scenario, url)).await;
        let entra = made.map_err(|gone| listen(io::Error::other(gone)))??;
        let service = entra.router().into_make_service();
        let handle = Handle::new();
        let (server, certificate_pem) = match tls {
            Tls::Off => {
                let server = axum_server::from_tcp(listener).map_err(listen)?.handle(handle.clone());
                (tokio::spawn(server.serve(service)), None)
            }
            Tls::Generated => {
                let identity = tls::generate()?;
                let config = RustlsConfig::from_config(Arc::new(identity.config));
                let server = axum_server::from_tcp_rustls(listener, config).map_err(listen)?.handle(handle.clone());
                (tokio::spawn(server.serve(service)), Some(identity.certificate_pem))
            }
        };
        Ok(Running { base_url, certificate_pem, entra, handle, server })
    }
}

fn base_url(bound: SocketAddr, tls: Tls) -> Url {
    let scheme = match tls {
        Tls::Off => "http",
        Tls::Generated => "https",
    };
    match Url::parse(&format!("{scheme}://{bound}")) {
        Ok(url) => url,
        Err(problem) => unreachable!("a socket address makes a URL: {problem}"),
    }
}

impl Running {
    /// The stand-in itself.
    pub fn entra(&self) -> &EntraLocal {
        &self.entra
    }

    /// Stops listening and waits for running requests, five seconds at most.
    pub async fn shutdown(self) {
        self.entra.control().release();
        self.handle.graceful_shutdown(Some(GRACE));
        match self.server.await {
            Ok(Ok(())) => {}
            Ok(Err(problem)) => tracing::warn!(%problem, "the Entra stand-in ended with an error"),
            Err(problem) => {
                tracing::warn!(%problem, "the Entra stand-in's task did not end by itself");
            }
        }
    }
}
