//! What a sign-in is begun for.

use uuid::Uuid;

use super::{Hints, Prompt};
use crate::{config::FlowKind, error::ClaimsChallenge, return_to::ReturnTo, rounds::Rounds, tokens::Scopes};

/// What the browser asked for, checked.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// Signing in, or one of the other flows.
    pub(crate) kind: FlowKind,
    /// Where to go afterwards.
    pub(crate) return_to: ReturnTo,
    /// At this tenant and no other.
    pub(crate) tenant: Option<Uuid>,
    /// What the authority should ask although it might know.
    pub(crate) prompt: Option<Prompt>,
    /// What the authority need not ask.
    pub(crate) hints: Hints,
    /// What an earlier answer said is still missing.
    pub(crate) claims: Option<ClaimsChallenge>,
    /// Scopes that are needed besides those of every sign-in.
    pub(crate) scopes: Option<Scopes>,
    /// The session that the browser has now, by its handle.
    pub(crate) session: Option<String>,
    /// The round trips of this browser that led to this one.
    pub(crate) rounds: Rounds,
    /// The tenant of an administrator's consent that this sign-in is to complete.
    pub(crate) consented: Option<Uuid>,
    /// To find out who is signed in at the authority, and nothing more.
    pub(crate) silent: bool,
}

impl Wanted {
    /// A plain flow that ends at `return_to`.
    pub(crate) fn new(kind: FlowKind, return_to: ReturnTo) -> Self {
        Self {
            kind,
            return_to,
            tenant: None,
            prompt: None,
            hints: Hints::default(),
            claims: None,
            scopes: None,
            session: None,
            rounds: Rounds::default(),
            consented: None,
            silent: false,
        }
    }
}
