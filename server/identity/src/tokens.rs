//! Tokens for calling other APIs: from memory, from shared state, or with a refresh token from the authority, without the
//! person noticing (`acquireTokenSilent` of the MSAL libraries).
//!
//! The way of one request: the process's own copy, valid for the session as it was just read; the owner's record in shared
//! state; one refresh, whoever else wants the same; and if only the person can help, [`AcquireError::InteractionRequired`].

mod access;
mod acquire;
mod api;
pub(crate) mod cache;
mod error;
mod flights;
mod forget;
mod grant;
mod groups;
mod interaction;
mod keep;
mod lease;
mod local;
mod owner;
pub(crate) mod partition;
pub(crate) mod record;
mod refresh;
mod request;
mod scopes;
mod secret;
mod standing;
mod step;
#[cfg(test)]
pub(crate) mod tests;
mod want;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

pub use access::{AccessToken, TokenSource};
pub(crate) use cache::{CacheError, TokenCache};
pub(crate) use error::WAIT;
pub use error::{AcquireError, Away, InteractionRequired};
pub(crate) use grant::{Grant, GrantError, Granted, TokenAsk, TokenEndpoint};
pub(crate) use groups::CurrentRoles;
pub(crate) use interaction::Interaction;
pub(crate) use record::{Age, CLOCKS_APART, CachedAccess, RefreshToken, TokenRecord};
pub use request::TokenRequest;
pub use scopes::{Scopes, ScopesError};
pub(crate) use standing::TokenStanding;
pub use step::InteractionStep;

use crate::{groups::GroupSource, session::Store};

/// So many tokens are renewed ahead of time at once; the others wait for their next use.
const RENEWALS_AT_ONCE: usize = 8;

/// Everything that getting a token needs.
#[derive(Debug)]
pub(crate) struct Tokens {
    cache: TokenCache,
    sessions: Store,
    endpoint: Arc<dyn TokenEndpoint>,
    flights: flights::Flights,
    local: local::LocalCache,
    renewals: Arc<Semaphore>,
    groups: Option<GroupSource>,
}

impl Tokens {
    pub(crate) fn new(
        cache: TokenCache,
        sessions: Store,
        endpoint: Arc<dyn TokenEndpoint>,
        groups: Option<GroupSource>,
    ) -> Arc<Self> {
        Arc::new(Self {
            cache,
            sessions,
            endpoint,
            flights: flights::Flights::default(),
            local: local::LocalCache::new(),
            renewals: Arc::new(Semaphore::new(RENEWALS_AT_ONCE)),
            groups,
        })
    }
}

fn same_secret(one: &SecretString, other: &SecretString) -> bool {
    bool::from(one.expose_secret().as_bytes().ct_eq(other.expose_secret().as_bytes()))
}
