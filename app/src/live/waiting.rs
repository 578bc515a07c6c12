//! Changes that have been heard and not been looked at. Pure.

use std::collections::BTreeMap;

use domain::IncidentNumber;
use domain::live::Changed;

/// What to look at again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// These, with the versions they have.
    pub changed: BTreeMap<IncidentNumber, u32>,
    /// Everything.
    pub all: bool,
}

impl Waiting {
    /// One more has changed. Of several versions the last counts.
    pub fn add(&mut self, changed: Changed) {
        self.changed.insert(changed.number, changed.version);
    }

    /// Takes all of it; none if there is nothing.
    pub fn take(&mut self) -> Option<Self> {
        let taken = std::mem::take(self);
        (taken.all || !taken.changed.is_empty()).then_some(taken)
    }

    /// Whether this incident is among them.
    pub fn concerns(&self, number: IncidentNumber) -> bool {
        self.all || self.changed.contains_key(&number)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn what_changes_again_is_looked_at_once() {
        let mut waiting = Waiting::default();
        assert_eq!(waiting.take(), None);
        for (number, version) in [(7, 2), (8, 1), (7, 3)] {
            waiting.add(Changed { number: IncidentNumber(number), version });
        }
        let taken = waiting.take().unwrap();
        assert_eq!(taken.changed.into_iter().collect::<Vec<_>>(), [(IncidentNumber(7), 3), (IncidentNumber(8), 1)]);
        assert_eq!(waiting.take(), None);
    }

    #[test]
    fn a_reset_concerns_everything() {
        let all = Waiting { all: true, ..Waiting::default() };
        assert!(all.concerns(IncidentNumber(1)) && !Waiting::default().concerns(IncidentNumber(1)));
        assert!(all.clone().take().is_some());
    }
}
