//! The session as the open page sees it: asks how it stands, says so where there is something to say, and offers the one
//! thing to do about it.

mod api;
mod ask;
mod bar;
mod schedule;
mod session;
mod silent;
mod standing;

use std::time::Duration;

use domain::{SessionStatus, UserId};
use leptos::ev;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

pub use api::stay_signed_in;
pub(crate) use bar::StandingBar;
pub(crate) use session::Session;

use crate::browser;
use crate::tabs::{Tabs, There, Word};
use schedule::{Situation, has_slept, next_ask};
use standing::{Heard, Known, Standing};

/// How often the page looks at the clock.
const TICK: Duration = Duration::from_secs(1);
/// Somebody at work is noted this often: a session does not end while a long note is written.
const AT_WORK: Duration = Duration::from_mins(5);

/// The watch over the session. Cheap to copy; in the context of everything inside the app.
#[derive(Clone, Copy)]
pub(crate) struct Watch {
    known: RwSignal<Known>,
    /// Milliseconds since 1970, as of the last tick.
    now: RwSignal<f64>,
    /// What is said about it all.
    standing: Memo<Standing>,
    tabs: RwSignal<Option<Tabs>>,
    planned: StoredValue<Option<TimeoutHandle>>,
    /// The authority is being asked.
    looking: StoredValue<bool>,
    /// An answer is awaited.
    asking: StoredValue<bool>,
    /// Something has happened since that question: its answer may be older than that.
    again: StoredValue<bool>,
    /// When somebody was last noted to be at work.
    noted: StoredValue<f64>,
}

impl Watch {
    /// A watch that has not begun.
    pub fn new() -> Self {
        let known = RwSignal::new(Known { viewer: None, heard: None, there: There::Same, failures: 0, online: true });
        let now = RwSignal::new(0.0);
        let standing = Memo::new(move |_| known.with(|known| known.standing(now.get())));
        Self {
            known,
            now,
            standing,
            tabs: RwSignal::new(None),
            planned: StoredValue::new(None),
            looking: StoredValue::new(false),
            asking: StoredValue::new(false),
            again: StoredValue::new(false),
            noted: StoredValue::new(0.0),
        }
    }

    /// Whether it makes sense to ask for something in the person's name, as far as is known here.
    pub fn is_active(self) -> bool {
        let over = [Standing::Ended, Standing::SignedOutElsewhere, Standing::OtherPerson, Standing::Offline];
        !over.contains(&self.standing.get_untracked())
    }

    /// Whether there is a session to watch.
    pub fn has_begun(self) -> bool {
        self.tabs.with_untracked(Option::is_some)
    }

    /// The page was drawn for `viewer`: there is a session to watch.
    pub fn begin(self, viewer: UserId, tabs: Tabs) {
        self.known.update(|known| known.viewer = Some(viewer));
        self.now.set(browser::now());
        self.noted.set_value(browser::now());
        self.tabs.set(Some(tabs));
        self.known.update(|known| known.online = browser::is_online());
        window_event_listener(ev::online, move |_| self.network(true));
        window_event_listener(ev::offline, move |_| self.network(false));
        window_event_listener(ev::focus, move |_| self.look(tabs));
        window_event_listener_untyped("visibilitychange", move |_| {
            if browser::is_hidden() {
                self.plan();
            } else {
                self.look(tabs);
            }
        });
        window_event_listener(ev::keydown, move |_| self.at_work());
        window_event_listener(ev::pointerdown, move |_| self.at_work());
        set_interval(move || self.tick(), TICK);
        // Whoever leads asks, and goes on asking.
        Effect::new(move |_| {
            if tabs.leads.get() {
                self.plan();
            }
        });
    }

    /// Something that was asked of the server was refused for want of a session, or the person wants to know.
    pub fn ask_now(self) {
        let Some(tabs) = self.tabs.get_untracked() else { return };
        if tabs.leads.get_untracked() {
            self.ask();
        } else {
            tabs.say(&Word::Ask);
        }
    }

    /// Something has happened to the session in this tab: the others should look.
    pub fn tell_others(self) {
        self.ask_now();
        if let Some(tabs) = self.tabs.get_untracked() {
            tabs.say(&Word::Ask);
        }
    }

    /// Another tab, or the stream of changes, has said something.
    pub fn hear(self, word: &Word) {
        match word {
            Word::Status { status, at } => self.learn(status, *at),
            Word::There(there) => self.known.update(|known| known.there = *there),
            Word::Ask => {
                if self.tabs.get_untracked().is_some_and(|tabs| tabs.leads.get_untracked()) {
                    self.ask();
                }
            }
            Word::WhoLeads { viewer, .. } => {
                // A page that was drawn for somebody else is newer than what is known here.
                let known = self.known.with_untracked(|known| known.heard.as_ref()?.status.person);
                if known == Some(*viewer) { self.say() } else { self.ask() }
            }
            Word::Lead { .. } | Word::Live { .. } => {}
        }
    }

    fn look(self, tabs: Tabs) {
        tabs.look_for_lead();
        self.ask_now();
    }

    fn network(self, online: bool) {
        self.known.update(|known| known.online = online);
        if online {
            self.ask_now();
        }
    }

    fn tick(self) {
        let now = browser::now();
        let before = self.now.get_untracked();
        self.now.set(now);
        let passed = Duration::try_from_secs_f64((now - before) / 1_000.0).unwrap_or_default();
        if has_slept(TICK, passed) && !browser::is_hidden() {
            self.ask_now();
        }
    }

    /// Keys and pointers are a person at work. The server hears of it now and then.
    fn at_work(self) {
        let now = browser::now();
        let due = now - self.noted.get_value() >= AT_WORK.as_secs_f64() * 1_000.0;
        if due && self.standing.get_untracked() == Standing::Fine {
            self.stay();
        }
    }

    /// Prolongs the session.
    pub fn stay(self) {
        self.noted.set_value(browser::now());
        spawn_local(async move {
            // What went wrong shows in the answer to the question.
            let _ = stay_signed_in().await;
            self.ask_now();
        });
    }

    fn ask(self) {
        if self.asking.get_value() {
            self.again.set_value(true);
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            let answer = ask::ask().await;
            self.asking.set_value(false);
            if self.again.try_update_value(std::mem::take).unwrap_or_default() {
                return self.ask();
            }
            match answer {
                Some(status) => {
                    self.learn(&status, browser::now());
                    self.say();
                    self.look_at_authority(status.silent_check);
                }
                None => self.known.update(|known| known.failures = known.failures.saturating_add(1)),
            }
            self.plan();
        });
    }

    /// Tells the other tabs what is known.
    fn say(self) {
        let heard = self.known.with_untracked(|known| known.heard.clone());
        if let (Some(tabs), Some(Heard { status, at })) = (self.tabs.get_untracked(), heard) {
            tabs.say(&Word::Status { status: Box::new(status), at });
        }
    }

    /// Asks the authority as well, where that is wanted and nobody is being asked already.
    fn look_at_authority(self, wanted: bool) {
        if !wanted || self.looking.get_value() {
            return;
        }
        self.looking.set_value(true);
        let seen = move |there| {
            self.looking.set_value(false);
            // Whoever is known to be gone stays gone until the session is another one: an answer that says nothing is none.
            if let Some(there) = there {
                self.known.update(|known| known.there = there);
                if let Some(tabs) = self.tabs.get_untracked() {
                    tabs.say(&Word::There(there));
                }
            }
        };
        silent::look(seen);
    }

    fn learn(self, status: &SessionStatus, at: f64) {
        self.now.set(browser::now());
        self.known.update(|known| {
            known.failures = 0;
            known.heard = Some(Heard { status: status.clone(), at });
        });
    }

    /// Sets the timer for the next question.
    fn plan(self) {
        if let Some(planned) = self.planned.try_update_value(Option::take).flatten() {
            planned.clear();
        }
        if !self.tabs.get_untracked().is_some_and(|tabs| tabs.leads.get_untracked()) {
            return;
        }
        let situation = self.known.with_untracked(|known| Situation {
            asked_for: known.heard.as_ref().map(|heard| Duration::from_secs(heard.status.ask_in.into())),
            left: known.left(browser::now()),
            failures: known.failures,
            visible: !browser::is_hidden(),
            online: known.online,
            chance: browser::chance(),
        });
        if let Some(wait) = next_ask(situation) {
            self.planned.set_value(set_timeout_with_handle(move || self.ask(), wait).ok());
        }
    }
}
