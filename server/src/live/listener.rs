//! One stream: what it is told, by whose eyes, until when.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use domain::live::{Changed, Gathered, event};
use domain::{Actor, IncidentNumber, SessionState};
use serde::Serialize;
use services::ports::{Change, ChangeFeed, Heard, StoreError};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::room::TOLD_AT_MOST;
use super::seats::{Note, Seat};
use super::{Live, Look, Pace, Watched};
use crate::metrics::{LISTENERS, LIVE_EVENTS};

/// Between two looks at a session that is about to end.
const SHORTEST_REST: Duration = Duration::from_millis(100);

/// Who listens.
pub(super) struct Who {
    /// The person, with the roles of now: with others the stream ends.
    pub actor: Actor,
    /// The session's stable name.
    pub session: String,
    /// How it stands.
    pub watched: Arc<dyn Watched>,
}

/// One stream.
pub(super) struct Listener {
    who: Who,
    feed: Arc<dyn ChangeFeed>,
    pace: Pace,
    seat: Seat,
    closing: watch::Receiver<bool>,
    /// Up to which place of the feed it has been told, and up to which it has said so.
    place: u64,
    said: u64,
    ready: VecDeque<Event>,
    beat_at: Instant,
    /// When the session ends if nobody uses it, as far as is known.
    ends_at: Instant,
    is_over: bool,
}

impl Listener {
    /// Begins after the place `after`, or with what comes from now on.
    ///
    /// # Errors
    /// When the feed cannot be read.
    pub(super) async fn begin(live: &Live, who: Who, pace: Pace, after: Option<u64>) -> Result<Self, StoreError> {
        // The seat first: what comes while the past is read waits there.
        let seat = live.join(who.actor.tenant, &who.session, pace);
        let feed = live.inner.feed.clone();
        metrics::gauge!(LISTENERS).increment(1);
        let now = Instant::now();
        let mut listener = Self {
            who,
            feed,
            pace,
            seat,
            closing: live.inner.closing.subscribe(),
            place: 0,
            said: 0,
            ready: VecDeque::new(),
            beat_at: now + pace.beat,
            ends_at: now + pace.beat,
            is_over: false,
        };
        match after {
            Some(after) => {
                listener.place = after;
                listener.catch_up().await?;
            }
            None => listener.place = listener.feed.head(listener.who.actor.tenant).await?,
        }
        listener.say(event::OPENED, Some(listener.place), &serde_json::Map::new());
        listener.look().await;
        Ok(listener)
    }

    /// The next thing to say; none when the stream is over.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            self.wait().await;
        }
    }

    async fn wait(&mut self) {
        let note = tokio::select! {
            biased;
            () = closed(&mut self.closing) => None,
            () = sleep_until(self.beat_at.min(self.ends_at)) => {
                self.beat().await;
                return;
            }
            note = self.seat.notes.recv() => note,
        };
        match note {
            None => self.is_over = true,
            Some(Note::Look) => self.look().await,
            Some(Note::Reset { head }) => self.reset(head),
            Some(Note::Gathered { number, sight }) => {
                if sight.is_open_to(&self.who.actor, self.who.actor.tenant) {
                    self.say(event::GATHERED, None, &Gathered { number });
                }
            }
            Some(Note::Changes { head, .. }) if head <= self.place => {}
            Some(Note::Changes { after, head, changes }) if after <= self.place => self.tell(&changes, head),
            Some(Note::Changes { .. }) => {
                if let Err(error) = self.catch_up().await {
                    // It comes back, and asks for the same.
                    tracing::warn!(%error, "a page that was behind could not catch up");
                    self.is_over = true;
                }
            }
        }
    }

    /// Reads from its own place on.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        match self.feed.heard(self.who.actor.tenant, self.place, TOLD_AT_MOST).await? {
            Heard::Changes { head, changes } => self.tell(&changes, head),
            Heard::Reset { head } => self.reset(head),
        }
        Ok(())
    }

    /// Of several changes of one incident the last one that may be heard is enough.
    fn tell(&mut self, changes: &[Change], head: u64) {
        let (place, actor) = (self.place, &self.who.actor);
        let mut last: BTreeMap<IncidentNumber, &Change> = BTreeMap::new();
        for change in changes.iter().filter(|change| change.seq > place && change.may_be_heard_by(actor, actor.tenant))
        {
            last.insert(change.number, change);
        }
        let mut audible: Vec<&Change> = last.into_values().collect();
        audible.sort_by_key(|change| change.seq);
        for change in audible {
            let Change { number, version, .. } = *change;
            self.say(event::CHANGED, Some(change.seq), &Changed { number, version });
        }
        self.place = head;
    }

    fn reset(&mut self, head: u64) {
        self.place = head;
        self.say(event::RESET, Some(head), &serde_json::Map::new());
    }

    /// Nothing to say for a while, but where it goes on: a browser that comes back has less to ask for. An id without content
    /// is no event (WHATWG HTML, section 9.2.6).
    async fn beat(&mut self) {
        let quiet = Event::default().comment("");
        let moved = self.place > self.said;
        self.ready.push_back(if moved { quiet.id(self.place.to_string()) } else { quiet });
        self.said = self.said.max(self.place);
        self.look().await;
    }

    /// Looks after the session.
    async fn look(&mut self) {
        let looked = self.who.watched.look().await;
        let now = Instant::now();
        self.beat_at = now + self.pace.beat;
        match looked {
            Look::GoesOn(rest) => self.ends_at = now + rest.max(SHORTEST_REST),
            Look::Over(state) => self.end(state),
            Look::Unknown if self.ends_at <= now => self.is_over = true,
            Look::Unknown => {}
        }
    }

    fn end(&mut self, state: SessionState) {
        self.say(event::SESSION, None, &state);
        self.is_over = true;
    }

    fn say(&mut self, name: &'static str, id: Option<u64>, content: &impl Serialize) {
        // What is said are numbers and words of ours, which can be written as JSON.
        let Ok(mut event) = Event::default().event(name).json_data(content) else { return };
        if let Some(id) = id {
            event = event.id(id.to_string());
            self.said = id;
        }
        metrics::counter!(LIVE_EVENTS, "event" => name).increment(1);
        self.ready.push_back(event);
    }
}

/// Waits for the end of all streams.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error says that nobody is left who could say anything.
    let _ = closing.wait_for(|closing| *closing).await;
}

impl Drop for Listener {
    fn drop(&mut self) {
        metrics::gauge!(LISTENERS).decrement(1);
    }
}
