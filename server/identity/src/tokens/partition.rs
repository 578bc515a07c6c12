//! Whose tokens.

use uuid::Uuid;

use crate::{claims::Principal, digest::hashed};

/// An owner of tokens. A token is found by its owner alone; there is no way to ask for those of a tenant or of everybody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Partition {
    /// Where the record is. The name says who it is to nobody who does not know them already.
    pub(crate) key: String,
}

impl Partition {
    /// A person in the tenant they signed in to; with Azure AD B2C by one policy, because a refresh token is bound to the
    /// policy that gave it out.
    pub(crate) fn of(principal: &Principal) -> Self {
        Self::of_account(&principal.account.home, principal.policy.as_deref())
    }

    pub(crate) fn of_account(home: &str, policy: Option<&str>) -> Self {
        let policy = policy.unwrap_or_default().to_ascii_lowercase();
        Self::named("account", &[home.as_bytes(), policy.as_bytes()])
    }

    /// The application itself in one tenant.
    pub(crate) fn of_app(client_id: &str, tenant: Uuid) -> Self {
        Self::named("app", &[client_id.as_bytes(), tenant.as_bytes()])
    }

    /// Whoever sent us a request with this access token, for as long as the token lasts.
    pub(crate) fn of_assertion(assertion: &str) -> Self {
        Self::named("assertion", &[assertion.as_bytes()])
    }

    fn named(kind: &str, parts: &[&[u8]]) -> Self {
        let parts: Vec<&[u8]> = [kind.as_bytes()].into_iter().chain(parts.iter().copied()).collect();
        Self { key: format!("tokens:{}", hashed(&parts)) }
    }

    /// What whoever refreshes holds.
    pub(super) fn lease(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_told_apart_and_policies_have_no_case() {
        let all = [
            Partition::of_account("o.t", None),
            Partition::of_account("o.u", None),
            Partition::of_account("o.t", Some("b2c_1_susi")),
            Partition::of_app("o.t", Uuid::nil()),
            Partition::of_app("o.t", Uuid::max()),
            Partition::of_app("o.u", Uuid::nil()),
            Partition::of_account("o.t", Some(&"\0".repeat(16))),
            Partition::of_assertion("o.t"),
        ];
        for (place, one) in all.iter().enumerate() {
            assert!(all.iter().skip(place + 1).all(|other| other != one), "{one:?}");
        }
        assert_eq!(Partition::of_account("o.t", Some("B2C_1_SUSI")), all[2]);
        assert!(!format!("{all:?}").contains("o.t"), "the names say nothing");
    }
}
