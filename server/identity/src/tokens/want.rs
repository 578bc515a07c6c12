//! What a refresh is for, and whether that has been settled meanwhile.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{
    access::{AccessToken, TokenSource},
    error::{AcquireError, Away, InteractionRequired},
    owner::{Owner, Source},
    record::{Age, TokenRecord},
    request::TokenRequest,
};
use crate::error::ErrorClass;

/// A token that is to be got for somebody.
#[derive(Clone, Debug)]
pub(super) struct Want {
    pub(super) owner: Owner,
    pub(super) request: TokenRequest,
    /// When it was asked for.
    pub(super) since: OffsetDateTime,
    /// Ahead of time: the one that is there is still good, so nobody waits.
    pub(super) ahead: bool,
}

impl Want {
    /// What the record says about it, if that settles it: the token, or that the authority wants to be left alone.
    pub(super) fn settled_by(
        &self,
        record: &TokenRecord,
        now: OffsetDateTime,
    ) -> Option<Result<AccessToken, AcquireError>> {
        if let Some(token) = record.find(self.request.tenant, &self.request.scopes, now)
            && self.is_good(token.age(now))
            && self.request.is_answered_by(token, self.since)
        {
            return Some(Ok(AccessToken::new(token.clone(), TokenSource::Store)));
        }
        let until = record.wait(&self.request.thumbprint(), now)?;
        let seconds = (until - now).whole_seconds() + 1;
        let retry_after = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
        Some(Err(AcquireError::Unavailable { retry_after, away: Away::Waiting }))
    }

    fn is_good(&self, age: Age) -> bool {
        age == Age::Fresh || (age == Age::DueForRefresh && !self.ahead)
    }

    /// Nothing is left to get a token with. An application's record has nothing to begin with.
    pub(super) fn is_hopeless(&self, record: Option<&TokenRecord>) -> bool {
        matches!(self.owner.source, Source::RefreshToken) && record.is_none_or(|record| record.refresh.is_none())
    }

    /// The person has to sign in again.
    pub(super) fn signed_out(&self) -> AcquireError {
        AcquireError::InteractionRequired(Arc::new(InteractionRequired {
            scopes: self.request.scopes.clone(),
            tenant: self.request.tenant,
            claims: self.request.claims.clone(),
            class: ErrorClass::SessionExpired,
            error: None,
        }))
    }
}
