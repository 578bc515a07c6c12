//! Calling another API as the person who is signed in: the token goes with each request, what the API says about it is
//! answered once, and whatever cannot be answered here comes back as a kind of failure.

mod call;
mod error;

use std::fmt;

use url::Url;

pub use error::DownstreamError;

use crate::{
    config::is_https_or_loopback,
    identity::Identity,
    session::ActiveSession,
    tokens::{AccessToken, AcquireError, Scopes, TokenRequest},
};

/// A client for one API with the tokens of one session ("authorized fetch"). Cheap to make; made for each request of a
/// person.
#[derive(Clone)]
pub struct Authorized {
    identity: Identity,
    session: ActiveSession,
    api: Url,
    scopes: Scopes,
}

impl Identity {
    /// A client for the API at `api` that sends tokens of the person of `session` for `scopes`: to that origin and to no
    /// other, over TLS or within this machine.
    #[must_use]
    pub fn authorized(&self, session: &ActiveSession, api: &Url, scopes: Scopes) -> Authorized {
        Authorized { identity: self.clone(), session: session.clone(), api: api.clone(), scopes }
    }
}

impl Authorized {
    /// Sends a GET request; see [`Authorized::send`].
    ///
    /// # Errors
    /// As [`Authorized::send`].
    pub async fn get(&self, url: &Url) -> Result<http::Response<Vec<u8>>, DownstreamError> {
        let request = http::Request::get(url.as_str()).body(Vec::new());
        self.send(request.map_err(|_| DownstreamError::NotOfThisApi)?).await
    }

    /// Sends `request` with a token, and once more with another one if the API answers 401: with what its claims challenge
    /// asks for, or else with one that is new. Answers come back up to half a megabyte and within five seconds.
    ///
    /// # Errors
    /// [`DownstreamError::InteractionRequired`] if only the person can help, [`DownstreamError::Unavailable`] if it is worth
    /// another try, and every other answer that is no success.
    pub async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, DownstreamError> {
        let url: Url = request.uri().to_string().parse().map_err(|_| DownstreamError::NotOfThisApi)?;
        if url.origin() != self.api.origin() || !is_https_or_loopback(&url) {
            return Err(DownstreamError::NotOfThisApi);
        }
        call::run(self, &url, request).await
    }

    async fn token(&self, request: TokenRequest) -> Result<AccessToken, AcquireError> {
        self.identity.acquire_token_silent(&self.session, &request).await
    }
}

impl fmt::Debug for Authorized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized")
            .field("api", &self.api.host_str())
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
