//! What a request handler sees of a session.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;
use time::OffsetDateTime;

use crate::claims::Principal;

/// The session of this request, if it has one. In the extensions of every request inside [`crate::Identity::layer`], and
/// an extractor that cannot fail.
#[derive(Clone, Debug, Default)]
pub struct CurrentSession(pub Option<ActiveSession>);

/// A live session.
#[derive(Clone, Debug)]
pub struct ActiveSession {
    /// Who is signed in.
    pub principal: Arc<Principal>,
    /// A stable name for the session that is safe to store and to log: the hash of its id.
    pub handle: String,
    /// When the person signed in.
    pub created_at: OffsetDateTime,
    /// The last noted use, up to the policy's `touch_after` ago.
    pub seen_at: OffsetDateTime,
    /// When the session ends if nobody uses it.
    pub idle_expires_at: OffsetDateTime,
    /// When the session ends however it is used.
    pub absolute_expires_at: OffsetDateTime,
    /// Changes whenever what the process has copied for this session counts no longer.
    pub(crate) epoch: u64,
}

impl ActiveSession {
    /// When the session ends if nothing happens from now on.
    #[must_use]
    pub fn expires_at(&self) -> OffsetDateTime {
        self.idle_expires_at.min(self.absolute_expires_at)
    }
}

impl<S: Sync> FromRequestParts<S> for CurrentSession {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// In the extensions of a request whose session somebody else has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedOutElsewhere;

/// Put into a request's extensions, outside of [`crate::Identity::layer`], by whoever knows that the request is no sign of a
/// person at work: a poll for the session's state must not keep the session alive. Nor does it take anything away: the
/// browser keeps the cookie of a session that is over, so that the next poll, or the person, learns the same.
#[derive(Clone, Copy, Debug)]
pub struct PassiveRequest;

/// Put into a request's extensions, outside of [`crate::Identity::layer`], by whoever knows that the request is answered for
/// everybody: while sessions cannot be read it is taken for one of somebody who has not signed in, where others are refused.
#[derive(Clone, Copy, Debug)]
pub struct PublicRequest;

/// Put into a request's extensions by whoever knows which proxies to believe: the address of the browser.
#[derive(Clone, Copy, Debug)]
pub struct ClientIp(pub IpAddr);
