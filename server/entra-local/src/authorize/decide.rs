//! Whether a request can be answered at once, needs a page, or is refused: `prompt` against who is signed in.

use std::sync::Arc;

use super::{
    error::AuthorizeError,
    hint::{Hint, hinted},
    request::{AuthorizeRequest, Prompt},
};
use crate::{scenario::Account, session::Session};

#[derive(Debug)]
pub(crate) enum Decision {
    /// Sign this account in without asking.
    Proceed(Arc<Account>),
    /// Show the account picker with these entries.
    Pick(Vec<Arc<Account>>),
    Refuse(AuthorizeError),
}

pub(crate) fn decide(request: &AuthorizeRequest, candidates: &[Arc<Account>], session: &Session) -> Decision {
    let signed_in: Vec<&Arc<Account>> = candidates
        .iter()
        .filter(|account| session.accounts.iter().any(|entry| entry.account == account.home()))
        .collect();
    let hint = hinted(request, candidates, session);
    match (request.prompt, settled(&hint, &signed_in)) {
        (Some(Prompt::Consent | Prompt::None) | None, Some(account)) => Decision::Proceed(account),
        (Some(Prompt::None), None) => Decision::Refuse(silent_refusal(&hint, &signed_in)),
        (Some(Prompt::Login | Prompt::SelectAccount | Prompt::Consent) | None, _) => match hint {
            Hint::Account(account) => Decision::Pick(vec![account]),
            Hint::Nobody | Hint::Stranger => Decision::Pick(candidates.to_vec()),
        },
    }
}

/// The account there is no question about: the one hinted at if it is signed in, else the only one signed in.
fn settled(hint: &Hint, signed_in: &[&Arc<Account>]) -> Option<Arc<Account>> {
    match (hint, signed_in) {
        (Hint::Account(account), _) => {
            signed_in.iter().any(|known| known.key() == account.key()).then(|| Arc::clone(account))
        }
        (Hint::Nobody, [only]) => Some(Arc::clone(only)),
        (Hint::Nobody | Hint::Stranger, _) => None,
    }
}

fn silent_refusal(hint: &Hint, signed_in: &[&Arc<Account>]) -> AuthorizeError {
    match hint {
        Hint::Nobody if signed_in.len() > 1 => AuthorizeError::SeveralSessions,
        Hint::Nobody | Hint::Account(_) | Hint::Stranger => AuthorizeError::NoSession,
    }
}
