//! The stand-in as a value: a scenario, fresh keys, and a router.

use std::{fmt, sync::Arc};

use axum::Router;
use url::Url;

use crate::{
    control::Control,
    directory::Directory,
    idp::Idp,
    keys::{KeyError, KeyRing},
    routes,
    scenario::{Inconsistency, Scenario},
};

/// Why the stand-in does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The scenario's parts do not fit together.
    #[error("the scenario contradicts itself: {0}")]
    Scenario(#[from] Inconsistency),
    /// No signing keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The base URL is more than scheme, host and port, or another scheme than http and https.
    #[error("the base URL {0} must be http or https with a host, and have no path, query or fragment")]
    BaseUrl(Url),
    /// The stand-in signs anybody in and must not be reachable from elsewhere.
    #[error("{0} is not a loopback address; the stand-in signs anybody in, so it listens on loopback only")]
    NotLoopback(std::net::SocketAddr),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// No certificate.
    #[error("the TLS certificate could not be generated: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A certificate that TLS does not take.
    #[error("the TLS configuration was refused: {0}")]
    Tls(#[from] rustls::Error),
}

/// A stand-in for Entra ID. Clones share everything.
#[derive(Clone)]
pub struct EntraLocal {
    idp: Arc<Idp>,
}

impl EntraLocal {
    /// Generates signing keys and takes the scenario. `base_url` is what browsers and applications will call it by: it is
    /// part of every issuer.
    ///
    /// # Errors
    /// [`StartError`] if the scenario contradicts itself, the URL has a path, or keys cannot be generated.
    pub fn new(scenario: Scenario, base_url: Url) -> Result<Self, StartError> {
        let plain = base_url.path() == "/" && base_url.query().is_none() && base_url.fragment().is_none();
        if !plain || !["http", "https"].contains(&base_url.scheme()) {
            return Err(StartError::BaseUrl(base_url));
        }
        let directory = Directory::new(scenario)?;
        Ok(Self { idp: Arc::new(Idp::new(directory, &base_url, KeyRing::generate()?)) })
    }

    /// All endpoints, for serving or for calling in the process.
    pub fn router(&self) -> Router {
        routes::router(&self.idp)
    }

    /// The levers for tests.
    pub fn control(&self) -> &Control {
        &self.idp.control
    }
}

impl fmt::Debug for EntraLocal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntraLocal").field("base", &self.idp.base).finish_non_exhaustive()
    }
}
