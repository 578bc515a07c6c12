//! What the settings say about organisations.

use std::collections::BTreeSet;

use domain::{Standing, TenantId};
use uuid::Uuid;

use crate::ports::Admission;

/// Whom this Muster is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantPolicy {
    /// Whether a tenant has to be on the list. If not, every tenant is let in that was not taken off it.
    pub listed: bool,
    /// No tenant but these can ever be let in, whatever the list says; none means that there is no such bound.
    pub within: Option<BTreeSet<Uuid>>,
    /// How a tenant comes onto the list by itself.
    pub onboarding: Onboarding,
}

/// How a tenant comes onto the list by itself, once one of its administrators has approved the application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Onboarding {
    /// Not at all.
    #[default]
    Off,
    /// It is let in at once.
    Consent,
    /// It waits until an operator lets it in.
    Approval,
}

/// How the door is for the people of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// They may sign in.
    Open,
    /// Nobody has decided about their organisation.
    Unlisted,
    /// Their organisation has asked; an operator has to decide.
    Waiting,
    /// Their organisation was taken off the list.
    Blocked,
}

impl TenantPolicy {
    /// Whether a tenant could be let in at all.
    pub(super) fn reaches(&self, tenant: TenantId) -> bool {
        self.within.as_ref().is_none_or(|within| within.contains(&tenant.0))
    }

    /// How the door is for a tenant with this line of the list.
    pub fn door(&self, tenant: TenantId, line: Option<&Admission>) -> Door {
        if !self.reaches(tenant) {
            return Door::Unlisted;
        }
        match line.map(|line| line.standing) {
            Some(Standing::Waiting) => Door::Waiting,
            Some(Standing::Blocked) => Door::Blocked,
            None if self.listed => Door::Unlisted,
            Some(Standing::Allowed) | None => Door::Open,
        }
    }
}
