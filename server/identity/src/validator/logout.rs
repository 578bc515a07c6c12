//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6).

use std::fmt;

use serde_json::Value;
use time::OffsetDateTime;

use super::{IssuerRule, Verified, check_for_us, error::TokenError, header};
use crate::{claims::AccountId, keys::KeySet};

/// The member of `events` that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a logout token says.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LogoutToken {
    pub(crate) issuer: String,
    pub(crate) whose: LoggedOut,
    /// `jti`: a token counts once.
    pub(crate) id: String,
    /// From this moment on it is not accepted anyway.
    pub(crate) useless_from: OffsetDateTime,
}

/// Whose sessions are to end.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum LoggedOut {
    /// Those that began in this session of the authority (`sid`).
    Session(String),
    /// All of this account.
    Account(AccountId),
}

impl fmt::Debug for LogoutToken {
    /// Shows from where it came, and not about whom.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutToken").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Session(_) => "Session",
            Self::Account(_) => "Account",
        };
        f.debug_tuple(name).finish_non_exhaustive()
    }
}

/// Checks `token` against `keys`: a token of `issuer` for `audience`, and a logout token and nothing else. An ID token is
/// none, and the other way round: the one has a nonce, which the other must not have.
pub(crate) fn verify_logout(
    token: &str,
    keys: &KeySet,
    audience: &str,
    issuer: &IssuerRule,
    now: OffsetDateTime,
) -> Result<LogoutToken, TokenError> {
    let header = header::read(token)?;
    if !header.may_be_logout() {
        return Err(TokenError::Type);
    }
    let Verified { claims, tenant_id } = check_for_us(token, &header, keys, audience, issuer, now)?;
    let event = claims.other.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(TokenError::Event);
    }
    if claims.nonce.is_some() {
        return Err(TokenError::NonceUnexpected);
    }
    let id = claims.other.get("jti").and_then(Value::as_str).and_then(present).ok_or(TokenError::TokenIdMissing)?;
    let whose = match (claims.sid.as_deref().and_then(present), tenant_id) {
        (Some(sid), _) => LoggedOut::Session(sid),
        (None, Some(tenant_id)) => {
            let oid = claims.oid.as_deref().and_then(present).ok_or(TokenError::ObjectIdMissing)?;
            LoggedOut::Account(AccountId::entra(&oid, tenant_id))
        }
        (None, None) => {
            let sub = claims.sub.as_deref().and_then(present).ok_or(TokenError::SubjectMissing)?;
            LoggedOut::Account(AccountId::subject(claims.issuer(), &sub))
        }
    };
    Ok(LogoutToken { issuer: claims.issuer().to_owned(), whose, id, useless_from: claims.times.useless_from()? })
}

fn present(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}
