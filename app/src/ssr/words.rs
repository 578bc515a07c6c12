//! What happened, in words. Said on the server, so that the sentences do not travel as code.

use domain::{Cleared, Entry, EntryKind, Field, SeverityKey, TransitionError};

use crate::components::time::stamp;
use crate::conflict::Change;
use crate::incidents::Mark;

/// An entry as a sentence about somebody.
pub(crate) fn change(entry: &Entry) -> Change {
    let machine = entry.actor_name.is_empty();
    Change {
        at: entry.occurred_at,
        actor: if machine { "Muster" } else { &entry.actor_name }.to_owned(),
        words: words(&entry.what),
    }
}

/// The sign beside an entry.
pub(crate) fn mark(kind: &EntryKind) -> Mark {
    match kind {
        EntryKind::Declared { .. } | EntryKind::Import { .. } => Mark::Start,
        EntryKind::StatusChanged { .. } => Mark::Status,
        EntryKind::SeverityChanged { .. } | EntryKind::FieldChanged { .. } => Mark::Field,
        EntryKind::Note => Mark::Note,
    }
}

/// Why a step was not taken.
pub(super) fn refusal(why: &TransitionError) -> String {
    match why {
        TransitionError::NotAllowed { from, action } => {
            format!("“{}” does not lead on from {}. The incident is as it was.", action.label(), from.label())
        }
        TransitionError::Missing(fault) => fault.to_string(),
        TransitionError::TooLate { closed_at, days } => format!(
            "This incident was closed on {}; it could be reopened within {days} days. Declare a new one instead.",
            stamp(*closed_at)
        ),
    }
}

fn words(kind: &EntryKind) -> String {
    match kind {
        EntryKind::Declared { status, severity } => match severity {
            Some(key) => format!("declared it as {}, {}", graded(*key), status.label()),
            None => format!("reported it for {}", status.label().to_lowercase()),
        },
        EntryKind::StatusChanged { from, to, cleared, .. } => {
            format!("moved it from {} to {}{}", from.label(), to.label(), taken_back(cleared))
        }
        EntryKind::SeverityChanged { from, to } => match (from, to) {
            (None, Some(to)) => format!("set the severity to {}", graded(*to)),
            (Some(from), Some(to)) => {
                format!("changed the severity from {} to {}", graded(*from), graded(*to))
            }
            (_, None) => "took the severity away".to_owned(),
        },
        EntryKind::FieldChanged { field, before, after } => edited(*field, before, after),
        EntryKind::Note => "wrote".to_owned(),
        EntryKind::Import { origin } => format!("took it in from {origin}"),
    }
}

/// The times that the incident's header no longer says.
fn taken_back(cleared: &Cleared) -> String {
    let times = [
        ("resolved", cleared.resolved_at),
        ("closed", cleared.closed_at),
        // Declined or cancelled: the state it came from says which.
        ("ended", cleared.cancelled_at),
    ];
    let said: Vec<_> =
        times.into_iter().filter_map(|(word, at)| at.map(|at| format!("{word} on {}", stamp(at)))).collect();
    if said.is_empty() { String::new() } else { format!("; it had been {}", said.join(" and ")) }
}

fn graded(key: SeverityKey) -> String {
    format!("{key} {}", key.word())
}

fn edited(field: Field, before: &str, after: &str) -> String {
    match field {
        Field::Summary if before.is_empty() => "wrote the summary".to_owned(),
        Field::Summary if after.is_empty() => "emptied the summary".to_owned(),
        Field::Summary => "rewrote the summary".to_owned(),
        Field::Visibility if after == "restricted" => "restricted it to the people named".to_owned(),
        Field::Visibility => "opened it to everybody in the organisation".to_owned(),
        Field::Title | Field::Services | Field::People => {
            let field = field.label();
            match (before.is_empty(), after.is_empty()) {
                (true, _) => format!("set the {field} to “{after}”"),
                (false, true) => format!("took away the {field} “{before}”"),
                (false, false) => format!("changed the {field} from “{before}” to “{after}”"),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use domain::{Action, Status};

    use super::*;

    #[test]
    fn entries_read_as_sentences() {
        let severity = |from, to| words(&EntryKind::SeverityChanged { from, to });
        let field = |field, before: &str, after: &str| edited(field, before, after);
        assert_eq!(
            words(&EntryKind::StatusChanged {
                action: Action::Identify,
                from: Status::Investigating,
                to: Status::Identified,
                cleared: Cleared::default(),
            }),
            "moved it from Investigating to Identified"
        );
        let at = |text: &str| Some(text.parse().unwrap());
        let cleared = Cleared {
            resolved_at: at("2026-01-02T03:04:05Z"),
            closed_at: at("2026-01-03T00:00:00Z"),
            cancelled_at: None,
        };
        assert_eq!(
            taken_back(&cleared),
            "; it had been resolved on 2026-01-02 03:04 UTC and closed on 2026-01-03 00:00 UTC"
        );
        assert_eq!(severity(None, Some(SeverityKey::Sev2)), "set the severity to SEV2 Major");
        assert_eq!(field(Field::Title, "a", "b"), "changed the title from “a” to “b”");
        assert_eq!(field(Field::Services, "", "Checkout"), "set the services to “Checkout”");
        assert_eq!(field(Field::Summary, "", "long"), "wrote the summary");
    }
}
