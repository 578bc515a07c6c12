//! What people may see of a session that is not their browser's own: metadata, page by page.

use std::{fmt, net::IpAddr, str::FromStr};

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{claims::AccountId, state::Member};

/// A live session as an inventory shows it. `Debug` leaves out the name and the address.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// The session's stable name, safe to store and to log; see [`crate::ActiveSession::handle`].
    pub handle: String,
    /// Whose it is.
    pub account: AccountId,
    /// The tenant they signed in to.
    pub tenant_id: Uuid,
    /// `oid` for Entra, `sub` otherwise.
    pub subject: String,
    /// What they were called when last seen.
    pub name: String,
    /// When they signed in.
    pub created_at: OffsetDateTime,
    /// The last noted use, up to the policy's `touch_after` ago.
    pub seen_at: OffsetDateTime,
    /// When the session ends if nobody uses it.
    pub expires_at: OffsetDateTime,
    /// `User-Agent` of the last noted use, cut off at 256 characters. Text from outside.
    pub user_agent: Option<String>,
    /// Address of the last noted use, if a [`crate::ClientIp`] told it.
    pub ip: Option<IpAddr>,
}

impl fmt::Debug for SessionInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionInfo")
            .field("handle", &self.handle)
            .field("account", &self.account)
            .field("tenant_id", &self.tenant_id)
            .field("created_at", &self.created_at)
            .field("seen_at", &self.seen_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A part of a longer list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<T>,
    /// Where the next page begins; `None` if there is nothing more.
    pub next: Option<SessionCursor>,
}

/// A place in a list of sessions. Its text form may stand in a URL: it holds a handle and a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCursor(pub(super) Member);

/// A text that is no [`SessionCursor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a list of sessions")]
pub struct SessionCursorError;

impl fmt::Display for SessionCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.expires_at.unix_timestamp_nanos(), self.0.name)
    }
}

impl FromStr for SessionCursor {
    type Err = SessionCursorError;

    fn from_str(text: &str) -> Result<Self, SessionCursorError> {
        let (expiry, name) = text.split_once('.').ok_or(SessionCursorError)?;
        let nanos = expiry.parse().map_err(|_| SessionCursorError)?;
        let expires_at = OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(|_| SessionCursorError)?;
        if nanos < 0 || !is_handle(name) {
            return Err(SessionCursorError);
        }
        Ok(Self(Member { name: name.to_owned(), expires_at }))
    }
}

/// Whether `text` looks like the handle of a session: unpadded base64url of a SHA-256.
pub(super) fn is_handle(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::digest::hashed;

    #[test]
    fn a_cursor_survives_a_url_and_nothing_else_is_one() {
        let expires_at = OffsetDateTime::from_unix_timestamp_nanos(1_800_000_000_123_000_001).unwrap();
        let cursor = SessionCursor(Member { name: hashed(&[b"id"]), expires_at });
        assert_eq!(cursor.to_string().parse(), Ok(cursor.clone()));
        let name = &cursor.0.name;
        for odd in ["", ".", "1", "x.y", &format!("1.{name}x"), &format!("-1.{name}"), &format!("{}.{name}", i128::MAX)]
        {
            assert_eq!(odd.parse::<SessionCursor>(), Err(SessionCursorError), "{odd}");
        }
    }

    #[test]
    fn debug_shows_neither_name_nor_address() {
        let info = SessionInfo {
            handle: "h".to_owned(),
            account: AccountId { home: "o.t".to_owned() },
            tenant_id: Uuid::nil(),
            subject: "o".to_owned(),
            name: "Amara".to_owned(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            seen_at: OffsetDateTime::UNIX_EPOCH,
            expires_at: OffsetDateTime::UNIX_EPOCH,
            user_agent: Some("Agent".to_owned()),
            ip: Some([198, 51, 100, 7].into()),
        };
        let shown = format!("{info:?}");
        assert!(shown.contains("o.t"));
        assert!(!["Amara", "Agent", "198.51.100.7"].iter().any(|word| shown.contains(word)), "{shown}");
    }
}
