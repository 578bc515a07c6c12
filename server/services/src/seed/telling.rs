//! Takes an incident through its life by the same rules as everybody, and writes the timeline that belongs to it.

use domain::{
    Action, Applied, ClosePolicy, Decision, Entry, EntryId, EntryKind, Incident, Reason, Status, Text, Timestamp,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::cast::one;
use crate::ServiceError;
use crate::ports::{Person, Portable};

pub(super) struct Telling<'a> {
    rng: &'a mut ChaCha8Rng,
    people: &'a [Person],
    incident: Incident,
    entries: Vec<Entry>,
    at: Timestamp,
}

impl<'a> Telling<'a> {
    pub(super) fn begin(rng: &'a mut ChaCha8Rng, people: &'a [Person], incident: Incident) -> Self {
        let mut incident = incident;
        let triage = incident.status == Status::Triage;
        if triage {
            incident.created_by = None;
            incident.created_by_name.clear();
        } else {
            incident.times.acknowledged_at = Some(incident.times.declared_at);
        }
        let declared = EntryKind::Declared { status: incident.status, severity: incident.severity };
        let author = people.iter().find(|p| Some(p.id) == incident.created_by);
        let at = incident.times.declared_at;
        let mut telling = Self { rng, people, incident, entries: Vec::new(), at };
        telling.write(declared, author, "");
        telling
    }

    pub(super) fn rng(&mut self) -> &mut ChaCha8Rng {
        self.rng
    }

    pub(super) fn in_triage(&self) -> bool {
        self.incident.status == Status::Triage
    }

    /// Somebody accepts the report, unless somebody declared it in the first place.
    pub(super) fn take_up(&mut self) -> Result<(), ServiceError> {
        if self.in_triage() { self.step(3, Action::Accept, "") } else { Ok(()) }
    }

    /// Up to `minutes` later somebody takes a step.
    pub(super) fn step(&mut self, minutes: i64, action: Action, reason: &str) -> Result<(), ServiceError> {
        self.wait(minutes);
        let text = (!reason.is_empty()).then(|| Reason::read(reason)).transpose();
        let text = text.map_err(|why| domain::Invalid::new("reason", why))?;
        let decision =
            Decision { action, now: self.at, reason: text.as_ref(), severity: None, policy: ClosePolicy::default() };
        if let Applied::Changed(after, kinds) = self.incident.apply(&decision)? {
            self.incident = *after;
            let author = one(self.rng, self.people);
            for kind in kinds {
                self.write(kind, Some(author), reason);
            }
        }
        Ok(())
    }

    /// Up to `minutes` later somebody writes one of the notes.
    pub(super) fn note(&mut self, minutes: i64, notes: &[&str]) {
        self.wait(minutes);
        let author = one(self.rng, self.people);
        let body = one(self.rng, notes);
        self.write(EntryKind::Note, Some(author), body);
    }

    pub(super) fn end(self, origin: String) -> Portable {
        Portable { origin, incident: self.incident, entries: self.entries }
    }

    fn wait(&mut self, minutes: i64) {
        let seconds = minutes.max(1) * 60;
        self.at = self.at.plus_seconds(self.rng.random_range(seconds / 2..=seconds));
    }

    fn write(&mut self, what: EntryKind, author: Option<&Person>, body: &str) {
        self.incident.updated_at = self.at;
        let id = Uuid::new_v5(&self.incident.id.0, self.entries.len().to_string().as_bytes());
        self.entries.push(Entry {
            id: EntryId(id),
            what,
            occurred_at: self.at,
            recorded_at: self.at,
            actor: author.map(|p| p.id),
            actor_name: author.map_or_else(|| "Alert".to_owned(), |p| p.name.clone()),
            body: body.to_owned(),
            version: self.incident.version,
        });
    }
}
