//! The ID token that comes with a refresh (OpenID Connect Core 1.0 section 12.2): it belongs to no sign-in, so it has no
//! nonce to compare.

use time::OffsetDateTime;

use super::{IssuerRule, TokenError, Verified, check_for_us, header};
use crate::keys::KeySet;

/// Checks what every token has to pass, and that it says whom it is about.
pub(crate) fn verify_refreshed(
    token: &str,
    keys: &KeySet,
    audience: &str,
    issuer: &IssuerRule,
    now: OffsetDateTime,
) -> Result<Verified, TokenError> {
    let verified = check_for_us(token, &header::read(token)?, keys, audience, issuer, now)?;
    if verified.claims.sub.as_deref().is_none_or(str::is_empty) {
        return Err(TokenError::SubjectMissing);
    }
    Ok(verified)
}
