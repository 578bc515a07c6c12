//! What became of a document.

use std::{collections::BTreeMap, fmt};

use super::merge::Merged;
use crate::claims::Principal;

/// What was taken from an MSAL cache document, and what was not. Entries are counted and never quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MsalImport {
    /// The people whose tokens were taken, as their accounts describe them, for
    /// [`crate::Identity::acquire_token_in_background`]. They have no roles, because the document proves none.
    pub people: Vec<Principal>,
    /// Refresh tokens that are in use from now on. One of a guest counts for each organisation.
    pub refresh_tokens: usize,
    /// Access tokens that are in use from now on.
    pub access_tokens: usize,
    /// Entries that are kept for MSAL and not used here.
    pub kept: usize,
    /// How many entries of which member were left out, and why.
    pub left: BTreeMap<(&'static str, MsalLeft), usize>,
}

/// Why an entry was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MsalLeft {
    /// It is of another application.
    OtherApplication,
    /// It is from another authority.
    OtherEnvironment,
    /// Its tenant, or its policy, is none that is served here.
    NotServed,
    /// It is the application's own, which gets its tokens with its credential.
    Application,
    /// No account in the document is its owner.
    NoAccount,
    /// Two accounts claim to be the same person.
    ClaimedTwice,
    /// A field is missing or not what it has to be.
    Unreadable,
    /// It has expired.
    Expired,
    /// It was stored at a time that has not come yet.
    FromTheFuture,
    /// What is here already is as new.
    NotNewer,
    /// It is longer than is kept for one person.
    TooLarge,
    /// It is nobody's, and there are several people in the document.
    Unowned,
    /// The account has no tokens.
    NoTokens,
}

impl fmt::Display for MsalLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherApplication => "of another application",
            Self::OtherEnvironment => "from another authority",
            Self::NotServed => "of a tenant or policy that is not served here",
            Self::Application => "of the application itself, which gets its tokens with its credential",
            Self::NoAccount => "of no account in the document",
            Self::ClaimedTwice => "claimed by two accounts",
            Self::Unreadable => "with a field that is missing or wrong",
            Self::Expired => "expired",
            Self::FromTheFuture => "from the future",
            Self::NotNewer => "not newer than what is here",
            Self::TooLarge => "too large",
            Self::Unowned => "of nobody in particular, in a document about several people",
            Self::NoTokens => "without tokens",
        })
    }
}

impl MsalImport {
    pub(super) fn leave(&mut self, member: &'static str, why: MsalLeft) {
        *self.left.entry((member, why)).or_default() += 1;
    }

    /// Counts what became of one person's entries.
    pub(super) fn add(&mut self, principal: Principal, merged: &Merged) {
        self.people.push(principal);
        self.refresh_tokens += usize::from(merged.refresh);
        self.access_tokens += merged.access;
        self.kept += merged.kept;
        for (member, why) in &merged.left {
            self.leave(member, *why);
        }
    }
}
