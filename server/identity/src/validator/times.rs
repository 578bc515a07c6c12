//! Is it the time for this token?

use time::OffsetDateTime;

use super::{claims::Claims, error::TokenError};

/// How far the authority's clock and ours may be apart, in seconds.
const SKEW: f64 = 60.0;

pub(super) fn check(claims: &Claims, now: OffsetDateTime) -> Result<(), TokenError> {
    let now = seconds(now);
    let expiry = claims.exp.ok_or(TokenError::ExpiryMissing)?;
    if now - SKEW >= expiry {
        return Err(TokenError::Expired);
    }
    if claims.nbf.is_some_and(|not_before| now + SKEW < not_before) {
        return Err(TokenError::NotYetValid);
    }
    if claims.iat.is_none_or(|issued_at| now + SKEW < issued_at) {
        return Err(TokenError::IssuedAt);
    }
    Ok(())
}

/// When a token with this expiry stops being accepted.
#[expect(clippy::cast_possible_truncation, reason = "a time beyond the type's is none")]
pub(super) fn last_moment(expiry: f64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp((expiry + SKEW).ceil() as i64).ok()
}

#[expect(clippy::cast_precision_loss, reason = "exact until the year 285,000,000")]
fn seconds(time: OffsetDateTime) -> f64 {
    time.unix_timestamp() as f64
}
