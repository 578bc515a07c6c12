//! Every step from every state, held against the table of the product's description.

use domain::{
    Action, Applied, Cleared, ClosePolicy, Decision, EntryKind, Reason, SeverityKey, Status, Text, TransitionError,
    next,
};
use proptest::prelude::*;

use crate::support::{at, incident};

/// Which states each state leads to, as the product's description has it.
fn reachable(from: Status) -> &'static [Status] {
    use Status::*;
    match from {
        Triage => &[Investigating, Declined],
        Investigating => &[Identified, Monitoring, Resolved, Cancelled],
        Identified => &[Investigating, Monitoring, Resolved, Cancelled],
        Monitoring => &[Investigating, Identified, Resolved],
        Resolved => &[Investigating, Monitoring, Closed],
        Closed | Declined | Cancelled => &[Investigating],
        Merged => &[],
    }
}

fn decision(action: Action, reason: &Reason) -> Decision<'_> {
    Decision {
        action,
        now: at(60),
        reason: Some(reason),
        severity: Some(SeverityKey::Sev3),
        policy: ClosePolicy::default(),
    }
}

#[test]
fn each_state_leads_exactly_where_the_description_says() {
    for from in Status::ALL {
        let mut led: Vec<_> =
            Action::ALL.into_iter().filter_map(|a| next(from, a).ok()).filter(|to| *to != from).collect();
        led.sort_by_key(|s| Status::ALL.iter().position(|x| x == s));
        led.dedup();
        let mut expected = reachable(from).to_vec();
        expected.sort_by_key(|s| Status::ALL.iter().position(|x| x == s));
        assert_eq!(led, expected, "from {from}");
    }
}

#[test]
fn a_refusal_names_the_state_and_the_step() {
    let error = next(Status::Triage, Action::Resolve).unwrap_err();
    assert_eq!(error, TransitionError::NotAllowed { from: Status::Triage, action: Action::Resolve });
    assert_eq!(error.to_string(), "an incident that is triage cannot be moved by `resolve`");
}

#[test]
fn the_same_step_twice_changes_nothing_the_second_time() {
    let reason = Reason::read("because").unwrap();
    for from in Status::ALL {
        for action in Action::ALL {
            let Ok(Applied::Changed(once, _)) = incident(from).apply(&decision(action, &reason)) else {
                continue;
            };
            assert_eq!(once.apply(&decision(action, &reason)), Ok(Applied::Unchanged), "{action} from {from}");
        }
    }
}

#[test]
fn steps_that_need_a_reason_do_not_go_without() {
    for (from, action) in
        [(Status::Triage, Action::Decline), (Status::Identified, Action::Cancel), (Status::Resolved, Action::Reopen)]
    {
        let step = Decision { reason: None, ..decision(action, &Reason::read("x").unwrap()) };
        assert!(
            matches!(incident(from).apply(&step), Err(TransitionError::Missing(field)) if field.field == "reason"),
            "{action}"
        );
    }
}

#[test]
fn nobody_works_on_an_incident_without_a_severity() {
    let reason = Reason::read("x").unwrap();
    let without = Decision { severity: None, ..decision(Action::Accept, &reason) };
    assert!(matches!(
        incident(Status::Triage).apply(&without),
        Err(TransitionError::Missing(field)) if field.field == "severity"
    ));
    let Ok(Applied::Changed(accepted, entries)) = incident(Status::Triage).apply(&decision(Action::Accept, &reason))
    else {
        panic!("accepted")
    };
    assert_eq!(accepted.severity, Some(SeverityKey::Sev3));
    assert_eq!(accepted.times.acknowledged_at, Some(at(60)));
    assert_eq!(entries.len(), 2);
    assert!(matches!(entries[0], EntryKind::SeverityChanged { from: None, .. }));
}

#[test]
fn resolving_without_monitoring_counts_as_mitigated_then() {
    let reason = Reason::read("x").unwrap();
    let Ok(Applied::Changed(resolved, _)) = incident(Status::Investigating).apply(&decision(Action::Resolve, &reason))
    else {
        panic!("resolved")
    };
    assert_eq!((resolved.times.mitigated_at, resolved.times.resolved_at), (Some(at(60)), Some(at(60))));
}

#[test]
fn reopening_clears_the_end_and_is_counted() {
    let reason = Reason::read("it came back").unwrap();
    let mut closed = incident(Status::Closed);
    closed.times.resolved_at = Some(at(10));
    closed.times.closed_at = Some(at(20));
    let Ok(Applied::Changed(open, entries)) = closed.apply(&decision(Action::Reopen, &reason)) else {
        panic!("reopened")
    };
    assert_eq!((open.times.resolved_at, open.times.closed_at, open.reopen_count), (None, None, 1));
    assert_eq!(open.version, 2);
    let cleared = Cleared { resolved_at: Some(at(10)), closed_at: Some(at(20)), cancelled_at: None };
    let (action, from, to) = (Action::Reopen, Status::Closed, Status::Investigating);
    assert_eq!(entries, [EntryKind::StatusChanged { action, from, to, cleared }], "the timeline keeps the times");
}

#[test]
fn only_what_was_taken_back_stands_in_the_entry() {
    let reason = Reason::read("x").unwrap();
    let entry = |it: &domain::Incident, action| match it.apply(&decision(action, &reason)) {
        Ok(Applied::Changed(_, entries)) => serde_json::to_value(entries.last().unwrap()).unwrap(),
        other => panic!("{action}: {other:?}"),
    };
    let mut cancelled = incident(Status::Cancelled);
    cancelled.times.cancelled_at = Some(at(5));
    assert_eq!(entry(&cancelled, Action::Restore)["cleared"], serde_json::json!({ "cancelled_at": at(5) }));
    assert_eq!(entry(&incident(Status::Investigating), Action::Resolve).get("cleared"), None);
}

#[test]
fn only_a_report_that_nobody_looked_at_is_taken_up_by_a_note_or_an_edit() {
    let mut it = incident(Status::Triage);
    assert_eq!(it.taken_up(at(9)), Some(at(9)));
    it.times.acknowledged_at = Some(at(3));
    assert_eq!(it.taken_up(at(9)), None);
    assert_eq!(incident(Status::Resolved).taken_up(at(9)), None);
}

#[test]
fn the_times_of_an_end_belong_to_the_states_that_have_one() {
    let times = |resolved: bool, closed: bool, cancelled: bool| {
        let mut times = incident(Status::Triage).times;
        times.resolved_at = resolved.then(|| at(10));
        times.closed_at = closed.then(|| at(20));
        times.cancelled_at = cancelled.then(|| at(30));
        times
    };
    let fault = |times: domain::Milestones, status| times.check_against(status).err().map(|fault| fault.field);
    for status in Status::ALL {
        let right = match status {
            Status::Resolved => times(true, false, false),
            Status::Closed => times(true, true, false),
            Status::Declined | Status::Cancelled => times(false, false, true),
            _ => times(false, false, false),
        };
        assert_eq!(fault(right, status), None, "{status}");
        let flipped = [
            (
                "resolved_at",
                domain::Milestones {
                    resolved_at: times(right.resolved_at.is_none(), false, false).resolved_at,
                    ..right
                },
            ),
            (
                "closed_at",
                domain::Milestones { closed_at: times(false, right.closed_at.is_none(), false).closed_at, ..right },
            ),
            (
                "cancelled_at",
                domain::Milestones {
                    cancelled_at: times(false, false, right.cancelled_at.is_none()).cancelled_at,
                    ..right
                },
            ),
        ];
        for (field, wrong) in flipped {
            assert_eq!(fault(wrong, status).as_deref(), Some(field), "{status}");
        }
    }
}

#[test]
fn an_incident_closed_long_ago_stays_closed() {
    let reason = Reason::read("it came back").unwrap();
    let mut closed = incident(Status::Closed);
    closed.times.closed_at = Some(at(0));
    let on_the_last_day = Decision { now: at(30 * 86_400), ..decision(Action::Reopen, &reason) };
    assert!(closed.apply(&on_the_last_day).is_ok());
    let a_second_later = Decision { now: at(30 * 86_400 + 1), ..decision(Action::Reopen, &reason) };
    assert_eq!(closed.apply(&a_second_later), Err(TransitionError::TooLate { closed_at: at(0), days: 30 }));
}

#[test]
fn the_tenant_says_what_closing_needs() {
    let reason = Reason::read("x").unwrap();
    for (policy, field) in [
        (ClosePolicy { summary: true, ..ClosePolicy::default() }, "summary"),
        (ClosePolicy { service: true, ..ClosePolicy::default() }, "services"),
        (ClosePolicy { retrospective_if_major: true, ..ClosePolicy::default() }, "retrospective"),
    ] {
        let step = Decision { policy, ..decision(Action::Close, &reason) };
        assert!(
            matches!(incident(Status::Resolved).apply(&step), Err(TransitionError::Missing(missing)) if missing.field == field),
            "{field}"
        );
    }
}

proptest! {
    #[test]
    fn times_stay_in_order_whatever_happens(steps in prop::collection::vec(0..Action::ALL.len(), 0..40)) {
        let reason = Reason::read("x").unwrap();
        let mut now = 0;
        let mut it = incident(Status::Triage);
        for step in steps {
            now += 60;
            let step = Decision { now: at(now), ..decision(Action::ALL[step], &reason) };
            if let Ok(Applied::Changed(after, _)) = it.apply(&step) {
                prop_assert_eq!(after.version, it.version + 1);
                prop_assert!(after.severity.is_some() || after.status == Status::Declined);
                it = *after;
            }
            prop_assert!(it.times.check(at(now)).is_ok(), "{:?}", it.times);
            prop_assert_eq!(it.times.check_against(it.status), Ok(()));
            prop_assert_eq!(it.times.resolved_at.is_some(), matches!(it.status, Status::Resolved | Status::Closed));
        }
    }
}
