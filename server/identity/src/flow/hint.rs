//! Hints about the account, so that the authority need not ask (OpenID Connect Core 1.0 section 3.1.2.1; Entra's
//! `domain_hint`).

use serde::{Deserialize, Serialize};

use super::Prompt;

const LONGEST: usize = 256;

/// `login_hint`, `domain_hint` and `sid`. `Debug` shows neither, a hint may be an address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hints {
    pub(crate) login: Option<String>,
    pub(crate) domain: Option<String>,
    /// The session at the authority, for a request that must not ask (Entra).
    #[serde(default)]
    pub(crate) sid: Option<String>,
}

impl std::fmt::Debug for Hints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hints").finish_non_exhaustive()
    }
}

impl Hints {
    /// The strongest that do not contradict each other: the opaque hint that the authority itself gave out, unless a domain
    /// was named; else the one that was asked for. Who is asked which account to take gets no hint about it.
    pub(crate) fn choose(
        opaque: Option<&str>,
        login: Option<&String>,
        domain: Option<&String>,
        prompt: Option<Prompt>,
    ) -> Self {
        let domain = domain.filter(|text| is_domain(text)).cloned();
        if prompt == Some(Prompt::SelectAccount) {
            return Self { domain, ..Self::default() };
        }
        let opaque = opaque.filter(|_| domain.is_none()).map(str::to_owned);
        Self { login: opaque.or_else(|| login.filter(|text| is_hint(text)).cloned()), domain, sid: None }
    }
}

/// A line of print.
fn is_hint(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

/// A domain, or `organizations` or `consumers`.
fn is_domain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 253 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(opaque: Option<&str>, login: Option<&str>, domain: Option<&str>, prompt: Option<Prompt>) -> Hints {
        Hints::choose(opaque, login.map(str::to_owned).as_ref(), domain.map(str::to_owned).as_ref(), prompt)
    }

    fn hints(login: Option<&str>, domain: Option<&str>) -> Hints {
        Hints { login: login.map(str::to_owned), domain: domain.map(str::to_owned), sid: None }
    }

    #[test]
    fn the_strongest_hint_that_contradicts_nothing_is_sent() {
        let all = (Some("opaque"), Some("a@b.example"), Some("b.example"));
        assert_eq!(choose(all.0, all.1, None, None), hints(Some("opaque"), None));
        assert_eq!(choose(all.0, all.1, all.2, None), hints(Some("a@b.example"), Some("b.example")));
        assert_eq!(choose(None, all.1, None, Some(Prompt::Login)), hints(Some("a@b.example"), None));
        assert_eq!(choose(all.0, all.1, all.2, Some(Prompt::SelectAccount)), hints(None, Some("b.example")));
        assert_eq!(choose(None, None, None, None), Hints::default());
    }

    #[test]
    fn what_is_no_hint_is_left_out() {
        let long = "x".repeat(257);
        for odd in ["", "a\nb", long.as_str()] {
            assert_eq!(choose(None, Some(odd), None, None), Hints::default(), "{odd:?}");
        }
        for odd in ["", "a b", "a/b", "a&b=c"] {
            assert_eq!(choose(None, None, Some(odd), None), Hints::default(), "{odd:?}");
        }
    }
}
