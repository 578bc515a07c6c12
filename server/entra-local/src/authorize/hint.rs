//! Which account a request hints at: by the opaque `login_hint` claim, by session id, or by username.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::request::{AuthorizeRequest, Prompt};
use crate::{
    scenario::{Account, HomeAccount},
    session::Session,
};

/// How Entra's opaque hints begin.
const OPAQUE: &str = "O.";

/// The `login_hint` claim: opaque to applications, and no username for logs to catch.
pub(crate) fn login_hint(account: HomeAccount) -> String {
    let bytes = [account.oid.into_bytes(), account.tenant.into_bytes()].concat();
    format!("{OPAQUE}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The account behind an opaque hint.
pub(crate) fn read_login_hint(hint: &str) -> Option<HomeAccount> {
    let bytes = URL_SAFE_NO_PAD.decode(hint.strip_prefix(OPAQUE)?).ok()?;
    let (oid, tenant) = bytes.split_at_checked(16)?;
    Some(HomeAccount { oid: Uuid::from_slice(oid).ok()?, tenant: Uuid::from_slice(tenant).ok()? })
}

/// What the hints of a request come to.
#[derive(Debug, Clone)]
pub(crate) enum Hint {
    /// Nothing is hinted at.
    Nobody,
    /// This account.
    Account(Arc<Account>),
    /// An account that may not sign in here, or that does not exist.
    Stranger,
}

/// Reads the hints: the opaque one first, unless `domain_hint` is there too; `sid` only for silent requests; and none
/// of them with `select_account`.
pub(crate) fn hinted(request: &AuthorizeRequest, candidates: &[Arc<Account>], session: &Session) -> Hint {
    if request.prompt == Some(Prompt::SelectAccount) {
        return Hint::Nobody;
    }
    let by_home = |home: HomeAccount| candidates.iter().find(|account| account.home() == home);
    let found = match (request.login_hint.as_deref(), request.sid.as_deref()) {
        (Some(hint), _) if hint.starts_with(OPAQUE) && request.domain_hint.is_some() => {
            return Hint::Nobody;
        }
        (Some(hint), _) if hint.starts_with(OPAQUE) => read_login_hint(hint).and_then(by_home),
        (_, Some(sid)) if request.prompt == Some(Prompt::None) => {
            let signed_in = session.accounts.iter().find(|signed_in| signed_in.sid.to_string() == sid);
            signed_in.and_then(|signed_in| by_home(signed_in.account))
        }
        (Some(username), _) => candidates.iter().find(|account| account.username.eq_ignore_ascii_case(username)),
        (None, _) => return Hint::Nobody,
    };
    found.map_or(Hint::Stranger, |account| Hint::Account(Arc::clone(account)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opaque_hint_reads_back() {
        let home = HomeAccount { oid: Uuid::from_u128(3), tenant: Uuid::from_u128(4) };
        assert_eq!(read_login_hint(&login_hint(home)), Some(home));
    }

    #[test]
    fn anything_else_is_no_opaque_hint() {
        for hint in ["", "O.", "O.x", "amara@contoso.example", "O.AAAA"] {
            assert_eq!(read_login_hint(hint), None, "{hint}");
        }
    }
}
