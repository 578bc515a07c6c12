//! Writing a note.

use domain::{IncidentNumber, UserId};
use leptos::prelude::*;

use super::api::add_note;
use super::detail::Refused;
use crate::components::{Problem, TextArea};
use crate::drafts::kept;
use crate::forms::NoteForm;
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
    let (typed, error) = refused.unzip();
    let typed: NoteForm = typed.unwrap_or_default();
    let submission = Submission::new(PROBLEM, error);
    let error = submission.error.into();
    let send = move |event: leptos::ev::SubmitEvent| {
        let request = |pairs: crate::forms::Pairs| add_note(number, NoteForm::from_pairs(&pairs));
        submission.send(&event, request, move |(), form| {
            form.reset();
            reload.run("Your note is on the timeline.".to_owned());
        });
    };
    view! {
        <form class="composer" method="post" action=routes::incident(number) on:submit=send use:kept>
            <Problem id=PROBLEM error=error labels=LABELS />
            <input type="hidden" name="form" value=NoteForm::NAME />
            <input type="hidden" name="shown_to" value=viewer.to_string() />
            <input type="hidden" name="key" value=key />
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
}
