//! When what happened.

use serde::{Deserialize, Serialize};

use crate::{Invalid, Status, Timestamp};

/// The times that matter afterwards. Steps set them; importing brings them along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestones {
    /// When harm began.
    pub impact_started_at: Option<Timestamp>,
    /// When somebody or something noticed.
    pub detected_at: Option<Timestamp>,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When somebody took it up.
    pub acknowledged_at: Option<Timestamp>,
    /// When a fix was in.
    pub mitigated_at: Option<Timestamp>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// When harm ended.
    pub impact_ended_at: Option<Timestamp>,
    /// When it was written up.
    pub closed_at: Option<Timestamp>,
    /// When it was declined or cancelled.
    pub cancelled_at: Option<Timestamp>,
}

impl Milestones {
    /// Nothing but the time of declaration.
    pub fn declared(at: Timestamp) -> Self {
        Self {
            impact_started_at: None,
            detected_at: None,
            declared_at: at,
            acknowledged_at: None,
            mitigated_at: None,
            resolved_at: None,
            impact_ended_at: None,
            closed_at: None,
            cancelled_at: None,
        }
    }

    /// Whether the times follow one another: impact started, mitigated, resolved, closed; none later than five
    /// minutes from `now`.
    ///
    /// # Errors
    /// Names the first time that is out of order.
    pub fn check(&self, now: Timestamp) -> Result<(), Invalid> {
        let in_order = [
            ("impact_started_at", self.impact_started_at),
            ("mitigated_at", self.mitigated_at),
            ("resolved_at", self.resolved_at),
            ("closed_at", self.closed_at),
        ];
        let mut last: Option<(&str, Timestamp)> = None;
        for (field, at) in in_order.into_iter().filter_map(|(field, at)| at.map(|at| (field, at))) {
            if let Some((before, _)) = last.filter(|(_, earlier)| *earlier > at) {
                return Err(Invalid::new(field, format!("is {at}, which is before {before}")));
            }
            last = Some((field, at));
        }
        let all = [
            ("impact_started_at", self.impact_started_at),
            ("detected_at", self.detected_at),
            ("declared_at", Some(self.declared_at)),
            ("acknowledged_at", self.acknowledged_at),
            ("mitigated_at", self.mitigated_at),
            ("resolved_at", self.resolved_at),
            ("impact_ended_at", self.impact_ended_at),
            ("closed_at", self.closed_at),
            ("cancelled_at", self.cancelled_at),
        ];
        match all.into_iter().find_map(|(f, at)| at.filter(|at| *at > now.plus_seconds(300)).map(|at| (f, at))) {
            Some((field, at)) => Err(Invalid::new(field, format!("is {at}, which is in the future"))),
            None => Ok(()),
        }
    }

    /// Whether the times of an end agree with the state: an incident that is over says when, one that is not does not.
    ///
    /// # Errors
    /// Names the first time that is missing or should not be there.
    pub fn check_against(&self, status: Status) -> Result<(), Invalid> {
        let (over, closed, called_off) = match status {
            Status::Resolved => (true, false, false),
            Status::Closed => (true, true, false),
            Status::Declined | Status::Cancelled => (false, false, true),
            Status::Triage | Status::Investigating | Status::Identified | Status::Monitoring | Status::Merged => {
                (false, false, false)
            }
        };
        let ends = [
            ("resolved_at", self.resolved_at, over),
            ("closed_at", self.closed_at, closed),
            ("cancelled_at", self.cancelled_at, called_off),
        ];
        match ends.into_iter().find(|(_, at, needed)| at.is_some() != *needed) {
            Some((field, None, _)) => Err(Invalid::new(field, format!("is needed for an incident that is {status}"))),
            Some((field, Some(_), _)) => Err(Invalid::new(field, format!("contradicts the status {status}"))),
            None => Ok(()),
        }
    }

    /// The times of an end that stand here and not in `after`.
    pub(crate) fn cleared(&self, after: &Self) -> Cleared {
        let gone = |before: Option<Timestamp>, after: Option<Timestamp>| before.filter(|_| after.is_none());
        Cleared {
            resolved_at: gone(self.resolved_at, after.resolved_at),
            closed_at: gone(self.closed_at, after.closed_at),
            cancelled_at: gone(self.cancelled_at, after.cancelled_at),
        }
    }

    /// The times after a move to `to` at `now`. Reopening clears what is no longer true; the timeline remembers it.
    pub(crate) fn after(mut self, to: Status, now: Timestamp) -> Self {
        self.acknowledged_at = self.acknowledged_at.or(Some(now));
        match to {
            Status::Monitoring => {
                self.mitigated_at = self.mitigated_at.or(Some(now));
                self.resolved_at = None;
            }
            Status::Resolved => {
                self.mitigated_at = self.mitigated_at.or(Some(now));
                self.resolved_at = Some(now);
            }
            Status::Closed => self.closed_at = Some(now),
            Status::Declined | Status::Cancelled => self.cancelled_at = Some(now),
            Status::Triage | Status::Investigating | Status::Identified | Status::Merged => {
                self.resolved_at = None;
                self.closed_at = None;
                self.cancelled_at = None;
            }
        }
        self
    }
}

/// Times of an end that turned out to be none: the timeline keeps what the header no longer says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleared {
    /// When it had been resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// When it had been closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// When it had been declined or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
}

impl Cleared {
    /// Whether nothing was cleared.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
