//! Is it the time for this token?

use time::OffsetDateTime;

use super::error::TokenError;

/// How far the authority's clock and ours may be apart, in seconds.
const SKEW: f64 = 60.0;

/// `exp`, `nbf` and `iat` as a token has them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(super) exp: Option<f64>,
    pub(super) nbf: Option<f64>,
    pub(super) iat: Option<f64>,
}

impl Times {
    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), TokenError> {
        let now = seconds(now);
        let expiry = self.exp.ok_or(TokenError::ExpiryMissing)?;
        if now - SKEW >= expiry {
            return Err(TokenError::Expired);
        }
        if self.nbf.is_some_and(|not_before| now + SKEW < not_before) {
            return Err(TokenError::NotYetValid);
        }
        if self.iat.is_none_or(|issued_at| now + SKEW < issued_at) {
            return Err(TokenError::IssuedAt);
        }
        Ok(())
    }

    /// When it stops being accepted.
    pub(crate) fn useless_from(&self) -> Result<OffsetDateTime, TokenError> {
        self.exp.and_then(last_moment).ok_or(TokenError::ExpiryMissing)
    }

    /// `exp` as it is.
    #[expect(clippy::cast_possible_truncation, reason = "a time beyond the type's is none")]
    pub(crate) fn expires_at(&self) -> Result<OffsetDateTime, TokenError> {
        let expiry = self.exp.ok_or(TokenError::ExpiryMissing)?;
        OffsetDateTime::from_unix_timestamp(expiry.floor() as i64).map_err(|_| TokenError::Malformed)
    }
}

/// When a token with this expiry stops being accepted.
#[expect(clippy::cast_possible_truncation, reason = "a time beyond the type's is none")]
fn last_moment(expiry: f64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp((expiry + SKEW).ceil() as i64).ok()
}

#[expect(clippy::cast_precision_loss, reason = "exact until the year 285,000,000")]
fn seconds(time: OffsetDateTime) -> f64 {
    time.unix_timestamp() as f64
}
