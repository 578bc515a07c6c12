//! The twin of `local` in a build without the development sign-in: nothing of it is there.

use std::net::SocketAddr;

use storage::Records;
use url::Url;

use crate::state::Provider;

/// Never made.
pub struct Local {
    /// Never read.
    pub accounts: Vec<String>,
    url: Url,
}

/// This program has no development sign-in.
#[derive(Debug, thiserror::Error)]
#[error(
    "nobody could sign in: set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and MUSTER_PUBLIC_URL \
     (or the MUSTER_OIDC_ settings); this program was built without the development sign-in"
)]
pub struct LocalError;

impl Local {
    /// Never called.
    pub fn base_url(&self) -> &Url {
        &self.url
    }

    /// Never called.
    pub async fn shutdown(self) {}
}

/// Refuses.
///
/// # Errors
/// Always.
pub async fn provide(_: SocketAddr, _: &Url, _: &Records, _: bool) -> Result<(Provider, Local), LocalError> {
    Err(LocalError)
}
