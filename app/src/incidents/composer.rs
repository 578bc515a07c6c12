//! Writing a note.

use domain::{IncidentNumber, UserId};
use leptos::prelude::*;

use super::detail::Refused;
use crate::components::{Problem, TextArea};
use crate::drafts::kept;
use crate::forms::NoteForm;
use crate::hydration::part;
use crate::outbox::{Outbox, Sent, fresh_key};
use crate::routes;
use crate::submit::Submission;

const PROBLEM: &str = "note-problem";
const LABELS: &[(&str, &str)] = &[("body", "Note")];

/// The form for a note.
#[component]
pub(crate) fn Composer(
    number: IncidentNumber,
    viewer: UserId,
    key: String,
    refused: Refused<NoteForm>,
    reload: Callback<String>,
) -> impl IntoView {
    part(move || {
        let (typed, error) = refused.unzip();
        let typed: NoteForm = typed.unwrap_or_default();
        let submission = Submission::new(PROBLEM, error);
        let error = submission.error.into();
        let key = RwSignal::new(key);
        let outbox = use_context::<Outbox>();
        Effect::new(move || {
            if let Some(outbox) = outbox {
                outbox.open(number, reload);
            }
        });
        let send = move |event: leptos::ev::SubmitEvent| {
            let Some(outbox) = outbox else {
                return;
            };
            let request = |pairs: crate::forms::Pairs| outbox.post(number, NoteForm::from_pairs(&pairs));
            submission.send(&event, request, move |sent, form| {
                form.reset();
                match sent {
                    Sent::Written => reload.run("Your note is on the timeline.".to_owned()),
                    // The page stays as it is, and the next note is another one.
                    Sent::Waiting => key.set(fresh_key()),
                }
            });
        };
        view! {
            <form class="composer" method="post" action=routes::incident(number) on:submit=send use:kept>
                <Problem id=PROBLEM error=error labels=LABELS />
                <input type="hidden" name="form" value=NoteForm::NAME />
                <input type="hidden" name="shown_to" value=viewer.to_string() />
                <input type="hidden" name="key" value=move || key.get() />
                <TextArea
                    name="body"
                    label="Note"
                    hint="Markdown. Everybody who sees this incident sees the note; it cannot be taken back."
                    rows=3
                    required=true
                    value=typed.body
                    error=error
                />
                <button
                    type="submit"
                    class="button primary"
                    // Not disabled: the button would lose the focus.
                    aria-disabled=move || submission.pending.get().then_some("true")
                >
                    "Add note"
                </button>
            </form>
        }
        .into_any()
    })
}
