//! A token, as it is handed out.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::{record::CachedAccess, scopes::Scopes};

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenSource {
    /// The memory of this process.
    Memory,
    /// Shared state.
    Store,
    /// The authority, just now.
    Authority,
}

impl TokenSource {
    /// The name in metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Store => "store",
            Self::Authority => "authority",
        }
    }
}

/// An access token (RFC 6749 section 1.4). It is opaque: what is in it is between the authority and the API. Clones are
/// cheap; `Debug` does not show it.
#[derive(Clone)]
pub struct AccessToken {
    token: Arc<CachedAccess>,
    source: TokenSource,
}

impl AccessToken {
    pub(super) fn new(token: CachedAccess, source: TokenSource) -> Self {
        Self { token: Arc::new(token), source }
    }

    pub(super) fn from(&self, source: TokenSource) -> Self {
        Self { token: Arc::clone(&self.token), source }
    }

    pub(super) fn cached(&self) -> &CachedAccess {
        &self.token
    }

    /// The token itself, for an `Authorization: Bearer` header.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.token.secret
    }

    /// The header's value, marked as sensitive.
    ///
    /// # Errors
    /// When the authority gave out something that is no token.
    pub fn authorization(&self) -> Result<http::HeaderValue, http::header::InvalidHeaderValue> {
        let mut value = http::HeaderValue::from_str(&format!("Bearer {}", self.token.secret.expose_secret()))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The scopes that were granted; possibly more than were asked for.
    #[must_use]
    pub fn scopes(&self) -> &Scopes {
        &self.token.granted
    }

    /// From this moment on APIs refuse it.
    #[must_use]
    pub fn expires_at(&self) -> OffsetDateTime {
        self.token.expires_at
    }

    /// Where it came from.
    #[must_use]
    pub fn source(&self) -> TokenSource {
        self.source
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("scopes", &self.token.granted)
            .field("expires_at", &self.token.expires_at)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
