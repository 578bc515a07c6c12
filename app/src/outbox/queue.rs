//! Which notes wait, which goes next, and what becomes of one. Nothing here knows a browser.

use std::time::Duration;

use domain::{IncidentNumber, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::forms::NoteForm;

/// How long a note waits, in seconds.
const KEPT: i64 = 24 * 3_600;
/// In its last minutes a note is not sent any more, in seconds: the server forgets keys after a day, too, and what was
/// done and forgotten would be done again.
const MARGIN: i64 = 5 * 60;
/// The first pause after an attempt that did not get through, and the longest one, in seconds.
const PAUSES: (f64, f64) = (2.0, 60.0);

/// A note that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// Who wrote it.
    pub owner: UserId,
    /// About what.
    pub number: IncidentNumber,
    /// Markdown.
    pub body: String,
    /// Makes it one note, however often it is sent.
    pub key: String,
    /// When, by the clock of the browser.
    pub written: Timestamp,
    /// Why the server does not take it, in words. It is not sent again.
    pub refused: Option<String>,
}

/// A note and its place in the queue, counting up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub id: u32,
    pub note: Note,
}

impl Note {
    /// The form as it would have been sent.
    pub fn form(&self) -> NoteForm {
        NoteForm { shown_to: self.owner.to_string(), body: self.body.clone(), key: self.key.clone() }
    }

    fn may_go(&self, now: Timestamp) -> bool {
        self.refused.is_none() && now.seconds_since(self.written) < KEPT - MARGIN
    }
}

/// What of the queue is this person's and not too old, and the places of all the rest: it has to go.
pub(super) fn sort_out(all: Vec<(u32, Option<Note>)>, owner: UserId, now: Timestamp) -> (Vec<Waiting>, Vec<u32>) {
    let (mut waiting, mut over) = (Vec::new(), Vec::new());
    for (id, note) in all {
        match note.filter(|note| note.owner == owner && now.seconds_since(note.written) < KEPT) {
            Some(note) => waiting.push(Waiting { id, note }),
            None => over.push(id),
        }
    }
    waiting.sort_by_key(|waiting| waiting.id);
    (waiting, over)
}

/// The note whose turn it is: the first one, passing over those that were refused.
pub(super) fn next(waiting: &[Waiting], now: Timestamp) -> Option<&Waiting> {
    waiting.iter().find(|waiting| waiting.note.may_go(now))
}

/// What becomes of a note after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is on the timeline.
    Written,
    /// It may get through another time.
    Later,
    /// Nobody's notes can be sent as things stand: whoever wrote them is not signed in.
    Stop,
    /// It will not be taken; says why.
    Refused(String),
}

/// What an answer means for the note that was sent.
pub(super) fn outcome(answer: Result<(), AppError>) -> Outcome {
    let Err(error) = answer else { return Outcome::Written };
    match error {
        AppError::Unreachable | AppError::Unavailable | AppError::TimedOut | AppError::Internal { .. } => {
            Outcome::Later
        }
        AppError::Unauthenticated | AppError::OtherPerson(_) => Outcome::Stop,
        AppError::Forbidden => Outcome::Refused("Your role does not allow notes any more.".to_owned()),
        AppError::NotFound => Outcome::Refused("This incident is not there any more, or not open to you.".to_owned()),
        AppError::Invalid(faults) => {
            let faults = faults.iter().map(|fault| format!("The note {}.", fault.why));
            Outcome::Refused(faults.collect::<Vec<_>>().join(" "))
        }
        AppError::TooLarge => Outcome::Refused("This is longer than Muster can take.".to_owned()),
        AppError::KeyReused | AppError::Refused(_) | AppError::Stale(_) | AppError::Malformed => {
            Outcome::Refused("Muster does not take it as it is. Copy the text and write the note again.".to_owned())
        }
    }
}

/// How long to wait after so many attempts in a row that did not get through. `chance` between 0 and 1 adds up to a
/// fifth, so that browsers that lost the same connection do not come back at once.
pub(super) fn pause(failures: u32, chance: f64) -> Duration {
    let doubled = PAUSES.0 * 2_f64.powi(failures.clamp(1, 10).cast_signed() - 1);
    Duration::from_secs_f64(doubled.min(PAUSES.1) * (1.0 + chance.clamp(0.0, 1.0) / 5.0))
}

/// How many wait, in words.
pub(super) fn waiting_words(count: usize) -> String {
    match count {
        0 => "No note waits to be sent.".to_owned(),
        1 => "1 note waits to be sent.".to_owned(),
        _ => format!("{count} notes wait to be sent."),
    }
}

/// How many were sent, in words.
pub(super) fn sent_words(count: usize) -> String {
    match count {
        1 => "The note that waited is on the timeline.".to_owned(),
        _ => format!("{count} notes that waited are on the timeline."),
    }
}

#[cfg(test)]
mod tests {
    use domain::Invalid;
    use uuid::Uuid;

    use super::*;

    const ME: UserId = UserId(Uuid::from_u128(1));
    const SOMEBODY: UserId = UserId(Uuid::from_u128(2));

    fn note(owner: UserId, age: i64) -> Note {
        Note {
            owner,
            number: IncidentNumber(7),
            body: "Restarted it.".to_owned(),
            key: "k".to_owned(),
            written: Timestamp::EPOCH.plus_seconds(-age),
            refused: None,
        }
    }

    fn sorted(all: Vec<(u32, Option<Note>)>) -> (Vec<u32>, Vec<u32>) {
        let (waiting, over) = sort_out(all, ME, Timestamp::EPOCH);
        (waiting.iter().map(|waiting| waiting.id).collect(), over)
    }

    #[test]
    fn notes_of_others_old_ones_and_unreadable_ones_have_to_go() {
        let all = vec![(4, Some(note(ME, 5))), (3, Some(note(ME, KEPT - 1))), (2, None)];
        assert_eq!(sorted(all), (vec![3, 4], vec![2]));
        assert_eq!(sorted(vec![(1, Some(note(SOMEBODY, 5))), (2, Some(note(ME, KEPT)))]), (vec![], vec![1, 2]));
    }

    #[test]
    fn the_first_that_was_written_goes_first_and_a_refused_one_holds_nobody_up() {
        let refused = Note { refused: Some("No.".to_owned()), ..note(ME, 60) };
        let late = note(ME, KEPT - MARGIN);
        let all = vec![(3, Some(note(ME, 5))), (1, Some(refused)), (2, Some(note(ME, 30))), (0, Some(late))];
        let (waiting, _) = sort_out(all, ME, Timestamp::EPOCH);
        assert_eq!(next(&waiting, Timestamp::EPOCH).map(|next| next.id), Some(2));
        assert_eq!(next(&waiting[..2], Timestamp::EPOCH), None, "a late one is not sent, nor a refused one");
    }

    #[test]
    fn a_note_is_sent_as_the_form_it_came_from() {
        let form = note(ME, 0).form();
        assert_eq!((form.shown_to, form.body.as_str(), form.key.as_str()), (ME.to_string(), "Restarted it.", "k"));
    }

    #[test]
    fn what_passes_is_tried_again_and_what_does_not_is_said() {
        let internal = AppError::Internal { reference: String::new() };
        for passing in [AppError::Unreachable, AppError::Unavailable, AppError::TimedOut, internal] {
            assert_eq!(outcome(Err(passing)), Outcome::Later);
        }
        for stop in [AppError::Unauthenticated, AppError::OtherPerson("Amara".to_owned())] {
            assert_eq!(outcome(Err(stop)), Outcome::Stop);
        }
        let invalid = AppError::Invalid(vec![Invalid::new("body", "must not be empty")]);
        assert_eq!(outcome(Err(invalid)), Outcome::Refused("The note must not be empty.".to_owned()));
        for lasting in [AppError::Forbidden, AppError::NotFound, AppError::KeyReused, AppError::TooLarge] {
            assert!(matches!(outcome(Err(lasting)), Outcome::Refused(why) if !why.is_empty()));
        }
        assert_eq!(outcome(Ok(())), Outcome::Written);
    }

    #[test]
    fn pauses_grow_from_two_seconds_to_a_minute() {
        let pauses: Vec<_> = (1..8).map(|failures| pause(failures, 0.0).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause(u32::MAX, 1.0), Duration::from_secs(72));
        assert_eq!(pause(0, -1.0), Duration::from_secs(2));
    }
}
