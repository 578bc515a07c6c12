//! Asking for sessions to end, from either page.

use domain::UserId;
use leptos::prelude::*;

use super::Ended;
use super::api::end_sessions;
use crate::AppError;
use crate::browser;
use crate::components::announcement;
use crate::forms::{Pairs, SessionsForm};
use crate::routes;
use crate::submit::Submission;

/// The id of the summary of what went wrong.
pub(super) const PROBLEM: &str = "sessions-problem";
/// The id of the list: the focus goes there when the button that was pressed is gone.
pub(super) const LIST: &str = "sessions";

/// What the forms of a page share. It outlives the drawing of the list, which is fetched anew.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    pub submission: Submission,
    /// What was done, to be shown and read out.
    pub said: RwSignal<String>,
    reload: Callback<()>,
    /// Whether the list is about to be drawn anew because of what was done.
    drawing: StoredValue<bool>,
}

impl Ending {
    pub fn new(reload: Callback<()>) -> Self {
        let said = RwSignal::new(String::new());
        Self { submission: Submission::new(PROBLEM, None), said, reload, drawing: StoredValue::new(false) }
    }

    fn done(self, ended: Ended) {
        if ended.here {
            return browser::leave_for(routes::SIGNED_OUT);
        }
        self.said.update(|said| *said = announcement(said, ended.words()));
        // At once: what is pressed next must not be the button of another session that comes into this one's place.
        browser::focus(LIST);
        self.drawing.set_value(true);
        self.reload.run(());
    }

    /// For whatever is drawn with the id [`LIST`]: takes the focus if it went with the button that was pressed.
    pub fn drawn(self) {
        Effect::new(move || {
            if self.drawing.get_value() {
                self.drawing.set_value(false);
                request_animation_frame(|| browser::focus_if_lost(LIST));
            }
        });
    }
}

/// What the fields of a form say.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub end: &'static str,
    pub handle: String,
    pub person: String,
}

/// A form with one button. Without a script it posts to the page it is on.
#[component]
pub(super) fn EndForm(
    viewer: UserId,
    ending: Ending,
    target: Target,
    /// The address of the page.
    action: String,
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let send = move |event: leptos::ev::SubmitEvent| {
        let request = |pairs: Pairs| end_sessions(SessionsForm::from_pairs(&pairs));
        ending.submission.send(&event, request, move |ended, form| {
            browser::fold(&form);
            ending.done(ended);
        });
    };
    let pending = ending.submission.pending;
    let Target { end, handle, person } = target;
    view! {
        <form method="post" action=action on:submit=send>
            <input type="hidden" name="end" value=end />
            <input type="hidden" name="shown_to" value=viewer.to_string() />
            {(!handle.is_empty())
                .then(|| view! { <input type="hidden" name="handle" value=handle /> })}
            {(!person.is_empty())
                .then(|| view! { <input type="hidden" name="person" value=person /> })}
            <button
                type="submit"
                class=class
                // Not disabled: the button would lose the focus.
                aria-disabled=move || pending.get().then_some("true")
            >
                {children()}
            </button>
        </form>
    }
    .into_any()
}

/// What was done last. It is there before there is anything to say, so that it is read out.
#[component]
pub(super) fn Said(ending: Ending) -> impl IntoView {
    view! {
        <p class="said" class:told=move || !ending.said.read().is_empty() role="status">
            {move || ending.said.get()}
        </p>
    }
    .into_any()
}

/// What went wrong.
#[component]
pub(super) fn Outcome(ending: Ending, refused: Option<AppError>) -> impl IntoView {
    let error = Signal::derive(move || ending.submission.error.get().or(refused.clone()));
    view! { <crate::components::Problem id=PROBLEM error=error labels=&[] /> }
}
