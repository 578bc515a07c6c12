//! What goes into the queue, and how it gets out.

use domain::{IncidentNumber, Timestamp, UserId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlFormElement, VisibilityState};

use super::limit::limited;
use super::queue::{self, Note, Outcome, Waiting};
use super::{single, store};
use crate::AppError;
use crate::components::Calm;
use crate::forms::NoteForm;
use crate::incidents::add_note;
use crate::routes;

/// What became of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is on the timeline.
    Written,
    /// It waits to be sent.
    Waiting,
}

/// The notes of whoever is signed in that wait. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Outbox {
    pub(super) waiting: RwSignal<Vec<Waiting>>,
    /// They can be sent only after a sign-in.
    pub(super) stopped: RwSignal<bool>,
    pub(super) calm: Calm,
    owner: StoredValue<Option<UserId>>,
    /// Attempts in a row that did not get through.
    failures: StoredValue<u32>,
    /// Counts the attempts that were planned, so that the last plan holds.
    plan: StoredValue<u32>,
    /// The incident that is open, and what fetches it anew.
    open: StoredValue<Option<(IncidentNumber, Callback<String>)>>,
}

impl Outbox {
    /// For the whole app, empty until it is known who is signed in.
    pub fn provide() {
        provide_context(Self {
            waiting: RwSignal::default(),
            stopped: RwSignal::new(false),
            calm: Calm::new(),
            owner: StoredValue::new(None),
            failures: StoredValue::new(0),
            plan: StoredValue::new(0),
            open: StoredValue::new(None),
        });
    }

    /// Sends a note, or keeps it where the server is out of reach. One that is written while others wait goes behind
    /// them.
    ///
    /// # Errors
    /// Those of the server; unreachable if the browser keeps nothing either.
    pub async fn post(self, number: IncidentNumber, form: NoteForm) -> Result<Sent, AppError> {
        let now = now();
        let behind = self.waiting.with_untracked(|waiting| queue::next(waiting, now).is_some());
        if !behind && window().navigator().on_line() {
            match limited(add_note(number, form.clone())).await {
                Err(AppError::Unreachable) => {}
                done => return done.map(|()| Sent::Written),
            }
        }
        let owner = form.shown_to.parse().map_err(|_| AppError::Unreachable)?;
        let note = Note { owner, number, body: form.body, key: form.key, written: now, refused: None };
        store::add(&note).await.map_err(|_| AppError::Unreachable)?;
        single::tell();
        let waiting = self.look().await;
        self.calm.say(queue::waiting_words(waiting.len()));
        if behind {
            self.deliver();
        } else {
            self.plan_another();
        }
        Ok(Sent::Waiting)
    }

    /// The incident that is open, to be fetched anew when notes of it were sent.
    pub fn open(self, number: IncidentNumber, reload: Callback<String>) {
        self.open.set_value(Some((number, reload)));
    }

    /// Takes a note out of the queue, unsent.
    pub(super) fn discard(self, id: u32) {
        spawn_local(async move {
            if store::remove(&[id]).await.is_ok() {
                single::tell();
                self.look().await;
                self.calm.say("The note was discarded.".to_owned());
            }
        });
    }

    /// From now on the notes of this person are looked after. In the browser only, once.
    pub(super) fn start(self, owner: UserId) {
        self.owner.set_value(Some(owner));
        let back = window_event_listener(leptos::ev::online, move |_| self.deliver());
        let seen = window_event_listener_untyped("visibilitychange", move |_| self.retry());
        let left = window_event_listener(leptos::ev::submit, |event| wipe_at_sign_out(&event));
        on_cleanup(move || {
            back.remove();
            seen.remove();
            left.remove();
        });
        single::on_change(move || {
            spawn_local(async move {
                self.look().await;
            });
        });
        self.deliver();
    }

    fn retry(self) {
        let some = self.waiting.try_with_untracked(|waiting| !waiting.is_empty()).unwrap_or(false);
        if some && document().visibility_state() == VisibilityState::Visible {
            self.deliver();
        }
    }

    fn plan_another(self) {
        self.failures.update_value(|failures| *failures = failures.saturating_add(1));
        self.plan.update_value(|plan| *plan = plan.wrapping_add(1));
        let plan = self.plan.get_value();
        let pause = queue::pause(self.failures.get_value(), js_sys::Math::random());
        let again = move || {
            if self.plan.try_get_value() == Some(plan) {
                self.retry();
            }
        };
        set_timeout(again, pause);
    }

    /// Sends what waits, when it is this tab's turn.
    fn deliver(self) {
        if window().navigator().on_line() {
            single::in_turn(self.send_all());
        } else {
            spawn_local(async move {
                self.look().await;
            });
        }
    }

    async fn send_all(self) {
        let mut sent = Vec::new();
        loop {
            let waiting = self.look().await;
            let Some(next) = queue::next(&waiting, now()).cloned() else {
                self.failures.set_value(0);
                break;
            };
            let (id, number) = (next.id, next.note.number);
            let kept = match queue::outcome(limited(add_note(number, next.note.form())).await) {
                Outcome::Written => {
                    sent.push(number);
                    store::remove(&[id]).await
                }
                Outcome::Refused(why) => {
                    let note = Note { refused: Some(why), ..next.note };
                    store::put(&Waiting { id, note }).await
                }
                Outcome::Later => {
                    self.plan_another();
                    break;
                }
                Outcome::Stop => {
                    self.stopped.set(true);
                    break;
                }
            };
            self.stopped.set(false);
            // What cannot be taken out of the queue would be sent for ever.
            if kept.is_err() {
                break;
            }
        }
        if !sent.is_empty() {
            single::tell();
            self.say_sent(&sent);
        }
    }

    fn say_sent(self, sent: &[IncidentNumber]) {
        let words = queue::sent_words(sent.len());
        let open = self.open.get_value().filter(|(number, _)| sent.contains(number));
        // The page says it as it is drawn anew. One that was left meanwhile does nothing.
        if open.and_then(|(_, reload)| reload.try_run(words.clone())).is_none() {
            self.calm.say(words);
        }
    }

    /// Reads the queue, shows what is this person's and removes the rest.
    async fn look(self) -> Vec<Waiting> {
        let Some(owner) = self.owner.try_get_value().flatten() else { return Vec::new() };
        let all = store::all().await.unwrap_or_default();
        let (waiting, over) = queue::sort_out(all, owner, now());
        if !over.is_empty() {
            // Tried again with the next look.
            let _ = store::remove(&over).await;
        }
        let changed = self.waiting.try_with_untracked(|before| *before != waiting).unwrap_or(false);
        if changed {
            self.waiting.set(waiting.clone());
        }
        waiting
    }
}

/// A key for a form whose own went with a note that waits: 128 bits of chance.
pub(crate) fn fresh_key() -> String {
    let mut bytes = [0; 16];
    // Every browser that runs this has it; without, the server refuses a second note under one key.
    let _ = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

/// Removes what waits, whoever wrote it: nobody who comes to this browser later may read it.
pub(crate) fn wipe() {
    // A browser that keeps nothing has nothing to remove.
    let _ = store::wipe();
    single::tell();
}

fn wipe_at_sign_out(event: &Event) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    if form.is_some_and(|form| form.get_attribute("action").as_deref() == Some(routes::SIGN_OUT)) {
        wipe();
    }
}

fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit, and a cast saturates")]
    let micros = js_sys::Date::now() as i64 * 1_000;
    Timestamp::from_micros(micros).unwrap_or(Timestamp::EPOCH)
}
