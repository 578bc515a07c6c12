//! Sending a form without leaving the page. The form stays a form: without a script the browser posts it to the page's own
//! address. What could not be sent is kept, and the page with it.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{HtmlFormElement, SubmitEvent};

use crate::AppError;
use crate::browser;
use crate::drafts;
use crate::forms::Pairs;
use crate::watch::Watch;

/// How long a form rests after it was taken. What it brought about may have put another button under the pointer, and the
/// second half of a double click must not press that one, too.
pub(crate) const REST: Duration = Duration::from_millis(600);

/// Where sending a form stands.
#[derive(Clone, Copy)]
pub(crate) struct Submission {
    /// An answer is awaited, or has only just come.
    pub pending: RwSignal<bool>,
    /// Why it was refused.
    pub error: RwSignal<Option<AppError>>,
    /// The id of the summary that says so; it takes the focus.
    pub summary: &'static str,
    /// Says how the session stands, should that be what is wrong.
    watch: Option<Watch>,
}

impl Submission {
    /// Not sent yet, or refused before this page was drawn.
    pub fn new(summary: &'static str, error: Option<AppError>) -> Self {
        Self { pending: RwSignal::new(false), error: RwSignal::new(error), summary, watch: use_context() }
    }

    /// Takes the form from the browser and sends it; `done` runs with the answer and the form.
    pub fn send<T, Fut>(
        self,
        event: &SubmitEvent,
        request: impl FnOnce(Pairs) -> Fut,
        done: impl FnOnce(T, HtmlFormElement) + 'static,
    ) where
        T: 'static,
        Fut: Future<Output = Result<T, AppError>> + 'static,
    {
        let Some(form) = browser::form_of(event) else {
            return;
        };
        event.prevent_default();
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        let watch = self.watch;
        let answer = request(browser::pairs_of(&form));
        spawn_local(async move {
            match answer.await {
                Ok(value) => {
                    drafts::forget(&form);
                    self.error.set(None);
                    done(value, form);
                    let rested = move || {
                        // The form may be gone by then.
                        let _ = self.pending.try_set(false);
                    };
                    set_timeout(rested, REST);
                    return;
                }
                Err(error) => {
                    drafts::keep(&form);
                    if let (AppError::Unauthenticated, Some(watch)) = (&error, watch) {
                        watch.ask_now();
                    }
                    self.error.set(Some(error));
                    // The summary is drawn before the next frame.
                    request_animation_frame(move || browser::focus(self.summary));
                }
            }
            self.pending.set(false);
        });
    }
}
