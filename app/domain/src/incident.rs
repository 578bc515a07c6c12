//! The incident itself and how a step changes it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    Action, ClosePolicy, EntryKind, IncidentId, IncidentNumber, Invalid, Milestones, Reason, ServiceId, SeverityKey,
    Status, Summary, TenantId, Timestamp, Title, TransitionError, UserId, next,
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident / $error:ident, $why:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The stored and transmitted word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// The text is none of the words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error($why)]
        pub struct $error;

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($error) }
            }
        }
    };
}

words!(
    /// What sort of incident it is.
    Kind / KindError, "must be one of incident, test, retrospective" {
        /// A real one.
        Incident = "incident",
        /// An exercise; no part of any figure.
        Test = "test",
        /// Entered after the fact, with its true times.
        Retrospective = "retrospective",
    }
);
words!(
    /// Who may see it.
    Visibility / VisibilityError, "must be tenant or restricted" {
        /// Everybody of the tenant who may read incidents.
        Tenant = "tenant",
        /// The people named, and Admin and Auditor.
        Restricted = "restricted",
    }
);
words!(
    /// How it came to Muster.
    Source / SourceError, "must be one of manual, alert, api, import" {
        /// Somebody declared it on a page.
        Manual = "manual",
        /// An alert did.
        Alert = "alert",
        /// A program did.
        Api = "api",
        /// It was in a file.
        Import = "import",
    }
);

impl Default for Source {
    /// A person's own hand.
    fn default() -> Self {
        Self::Manual
    }
}

/// An incident as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Identifies it everywhere.
    pub id: IncidentId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What people call it.
    pub number: IncidentNumber,
    /// One line.
    pub title: Title,
    /// What is known.
    pub summary: Summary,
    /// What sort it is.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// How bad it is; always there from `investigating` on.
    pub severity: Option<SeverityKey>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The people it is open to if it is restricted.
    pub people: Vec<UserId>,
    /// What it affects.
    pub services: Vec<ServiceId>,
    /// How it came to Muster.
    pub source: Source,
    /// When what happened.
    pub times: Milestones,
    /// How often it came back.
    pub reopen_count: u32,
    /// Goes up by one with every change of anything above; starts at 1.
    pub version: u32,
    /// Who declared it; none where a machine did.
    pub created_by: Option<UserId>,
    /// Their name at the time; empty where a machine did.
    pub created_by_name: String,
    /// When it was first recorded.
    pub created_at: Timestamp,
    /// When it was last changed or written about.
    pub updated_at: Timestamp,
}

/// A step somebody wants to take, with all that it needs.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// The step.
    pub action: Action,
    /// When.
    pub now: Timestamp,
    /// Why, where a reason is needed or given.
    pub reason: Option<&'a Reason>,
    /// The severity, where the incident has none yet.
    pub severity: Option<SeverityKey>,
    /// The tenant's rules.
    pub policy: ClosePolicy,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The incident was there already.
    Unchanged,
    /// The incident after the step, and what to write on its timeline, in order.
    Changed(Box<Incident>, Vec<EntryKind>),
}

impl Incident {
    /// Takes a step.
    ///
    /// # Errors
    /// [`TransitionError`] if the step does not lead out of the state, lacks a reason or a severity, or the tenant's
    /// rules forbid it.
    pub fn apply(&self, decision: &Decision<'_>) -> Result<Applied, TransitionError> {
        let action = decision.action;
        let to = next(self.status, action)?;
        if to == self.status {
            return Ok(Applied::Unchanged);
        }
        if action.needs_reason() && decision.reason.is_none() {
            return Err(TransitionError::Missing(Invalid::new("reason", "is needed for this step")));
        }
        let mut after = self.clone();
        let mut entries = Vec::new();
        if to == Status::Investigating && self.severity.is_none() {
            after.severity = Some(decision.severity.ok_or_else(|| {
                TransitionError::Missing(Invalid::new("severity", "is needed before anybody can work on it"))
            })?);
            entries.push(EntryKind::SeverityChanged { from: None, to: after.severity });
        }
        if self.status == Status::Closed {
            self.check_reopen(decision)?;
        }
        if to == Status::Closed {
            self.check_close(decision.policy)?;
        }
        after.times = self.times.after(to, decision.now);
        after.reopen_count += u32::from(action == Action::Reopen);
        after.status = to;
        after.version += 1;
        after.updated_at = decision.now;
        let cleared = self.times.cleared(&after.times);
        entries.push(EntryKind::StatusChanged { action, from: self.status, to, cleared });
        Ok(Applied::Changed(Box::new(after), entries))
    }

    /// The time to note as that of the first human action, if what somebody does to the incident at `now` is one: a
    /// note or an edit says that a report was taken up, even before it is accepted.
    pub fn taken_up(&self, now: Timestamp) -> Option<Timestamp> {
        (self.status == Status::Triage && self.times.acknowledged_at.is_none()).then_some(now)
    }

    fn check_reopen(&self, decision: &Decision<'_>) -> Result<(), TransitionError> {
        let days = decision.policy.reopen_within_days;
        match self.times.closed_at {
            Some(closed_at) if decision.now.seconds_since(closed_at) > i64::from(days) * 86_400 => {
                Err(TransitionError::TooLate { closed_at, days })
            }
            _ => Ok(()),
        }
    }

    fn check_close(&self, policy: ClosePolicy) -> Result<(), TransitionError> {
        let missing = |field, why: &str| Err(TransitionError::Missing(Invalid::new(field, why)));
        if policy.summary && self.summary.as_str().is_empty() {
            return missing("summary", "must be written before the incident is closed");
        }
        if policy.service && self.services.is_empty() {
            return missing("services", "must name at least one before the incident is closed");
        }
        if policy.retrospective_if_major && self.severity.is_some_and(SeverityKey::is_major) {
            return missing("retrospective", "must be published before a major incident is closed");
        }
        Ok(())
    }
}
