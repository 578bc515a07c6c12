//! Azure AD B2C: each user flow is an authority of its own, with its own metadata, codes and refresh tokens, and with
//! errors that have a code in their text and nowhere else.

mod authority;
mod authorize;
mod claims;
mod discovery;
mod error;
mod flow;
mod grant;
mod interaction;
mod logout;
mod redeem;
mod request;
mod routes;
mod scope;
mod token;

use time::{Duration, OffsetDateTime};

use crate::{expiring::Expiring, scenario::HomeAccount, shared::Shared};

pub(crate) use error::{B2cError, describe};
pub(crate) use interaction::Step;
pub(crate) use request::Request;
pub(crate) use routes::routes;

/// More than any test or demonstration needs, and little enough to bound memory.
const CAPACITY: usize = 10_000;
/// Codes and refresh tokens are remembered longer than they are good for, so that a late one gets the right number.
const CODE_MEMORY: Duration = Duration::hours(1);
const REFRESH_MEMORY: Duration = Duration::days(30);
const INTERACTION_LIFE: Duration = Duration::minutes(30);

/// What the user flows remember between two requests.
pub(crate) struct Memory {
    interactions: Shared<Expiring<interaction::Interaction>>,
    codes: Shared<Expiring<grant::Code>>,
    refresh_tokens: Shared<Expiring<grant::RefreshToken>>,
}

impl Memory {
    /// Whose refresh token it is.
    pub(crate) fn refreshed_by(&self, token: &str, now: OffsetDateTime) -> Option<HomeAccount> {
        self.refresh_tokens.with(|tokens| tokens.get_mut(token, now).map(|known| known.grant.account))
    }

    /// Whose code it is.
    pub(crate) fn signed_in_by(&self, code: &str, now: OffsetDateTime) -> Option<HomeAccount> {
        self.codes.with(|codes| codes.get_mut(code, now).map(|known| known.grant.account))
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            interactions: Shared::new(Expiring::new(INTERACTION_LIFE, CAPACITY)),
            codes: Shared::new(Expiring::new(CODE_MEMORY, CAPACITY)),
            refresh_tokens: Shared::new(Expiring::new(REFRESH_MEMORY, CAPACITY)),
        }
    }
}
