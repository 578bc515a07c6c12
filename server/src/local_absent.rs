//! The twin of `local` in a build without the development sign-in. Settings that would need it are refused when they
//! are read, so all this does is compile.

use std::convert::Infallible;
use std::net::SocketAddr;

use storage::Records;
use url::Url;

use crate::state::Provider;

/// Whether this program has it.
pub const AVAILABLE: bool = false;

/// Cannot be made.
pub struct Local {
    /// Never read.
    pub accounts: Vec<String>,
    /// Never read.
    pub programs: Vec<String>,
    /// Never read.
    pub clients: Vec<String>,
    never: Infallible,
}

/// There is none in this build.
#[derive(Debug, thiserror::Error)]
#[error("this program was built without the development sign-in")]
pub struct LocalError;

impl Local {
    /// Never called.
    pub fn base_url(&self) -> &Url {
        match self.never {}
    }

    /// Never called.
    #[expect(clippy::unused_async, reason = "as the twin has it")]
    pub async fn shutdown(self) {
        match self.never {}
    }
}

/// Never called.
///
/// # Errors
/// Always.
pub fn beside(_: SocketAddr) -> Result<Provider, LocalError> {
    Err(LocalError)
}

/// Never called.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "as the twin has it")]
pub async fn provide(_: SocketAddr, _: &Url, _: &Records, _: bool) -> Result<(Provider, Local), LocalError> {
    Err(LocalError)
}
