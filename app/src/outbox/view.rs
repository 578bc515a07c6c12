//! The list of what waits, at the foot of every page.

use domain::UserId;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::queue::Waiting;
use super::sending::{Outbox, wipe};
use crate::components::Time;
use crate::hydration::part;
use crate::routes;

const HEADING: &str = "outbox-heading";

/// What waits to be sent; nothing to see while that is nothing. It lies over the foot of the page, so that nothing
/// moves when it comes or goes.
#[component]
pub(crate) fn WaitingNotes(
    /// Who is signed in, if anybody is.
    viewer: Option<UserId>,
) -> impl IntoView {
    let path = use_location().pathname;
    let outbox = use_context::<Outbox>();
    Effect::new(move |before: Option<()>| match (viewer, outbox) {
        _ if before.is_some() => {}
        (Some(viewer), Some(outbox)) => outbox.start(viewer),
        // A session that has ended keeps what waits for its owner; signing out does not.
        (None, _) if path.get_untracked() == routes::SIGNED_OUT => wipe(),
        (None, _) | (_, None) => {}
    });
    let outbox = outbox.filter(|_| viewer.is_some())?;
    let empty = move || outbox.waiting.with(Vec::is_empty);
    let stopped = move || {
        outbox.stopped.get().then(|| {
            view! {
                <p class="stopped">
                    <a href=move || routes::sign_in(&path.read()) rel="external">
                        "Sign in"
                    </a>
                    " to send them."
                </p>
            }
        })
    };
    let waiting = part(move || {
        view! {
            <section class="outbox" aria-labelledby=HEADING hidden=empty>
                <details open>
                    <summary>
                        <h2 id=HEADING>"Waiting to be sent"</h2>
                        <span class="count">{move || outbox.waiting.with(Vec::len)}</span>
                    </summary>
                    <p class="hint">
                        "Sent when Muster can be reached. Kept in this browser for 24 hours; signing out discards them."
                    </p>
                    {stopped}
                    <ol>
                        <For
                            each=move || outbox.waiting.get()
                            key=|waiting| (waiting.id, waiting.note.refused.is_some())
                            let:waiting
                        >
                            <Line outbox=outbox waiting=waiting />
                        </For>
                    </ol>
                </details>
            </section>
        }
        .into_any()
    });
    let view = view! {
        {waiting}
        // Not a status by role: pages have one of their own, and only one should be found.
        <p class="unseen" aria-live="polite" aria-atomic="true">
            {move || outbox.calm.words()}
        </p>
    };
    Some(view.into_any())
}

#[component]
fn Line(outbox: Outbox, waiting: Waiting) -> impl IntoView {
    let (id, note) = (waiting.id, waiting.note);
    let about = format!("of {}, “{}”", note.number, beginning(&note.body));
    let body = note.body.clone();
    view! {
        <li>
            <p class="about">
                <a href=routes::incident(note.number)>{note.number.to_string()}</a>
                " · written "
                <Time at=note.written />
            </p>
            <p class="text" tabindex="0" role="group" aria-label=format!("Note {about}")>
                {note.body}
            </p>
            {note.refused.map(|why| view! { <p class="refused">"Not taken. " {why}</p> })}
            <p class="buttons">
                <button type="button" class="button quiet" on:click=move |_| copy(outbox, &body)>
                    "Copy"
                    <span class="unseen">" the note " {about.clone()}</span>
                </button>
                <button type="button" class="button quiet" on:click=move |_| outbox.discard(id)>
                    "Discard"
                    <span class="unseen">" the note " {about.clone()}</span>
                </button>
            </p>
        </li>
    }
    .into_any()
}

/// Enough of a note to tell it from others.
fn beginning(body: &str) -> String {
    const LETTERS: usize = 30;
    let line = body.trim().lines().next().unwrap_or_default();
    let short: String = line.chars().take(LETTERS).collect();
    if short.len() < body.trim().len() { short.trim_end().to_owned() + "…" } else { short }
}

fn copy(outbox: Outbox, text: &str) {
    let clipboard = window().navigator().clipboard();
    // Not there on a site without TLS.
    if clipboard.is_undefined() {
        outbox.calm.say("This browser does not let Muster copy. Select the text instead.".to_owned());
    } else {
        let _ = clipboard.write_text(text);
        outbox.calm.say("Copied.".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_told_from_others_by_how_it_begins() {
        assert_eq!(beginning("Restarted it."), "Restarted it.");
        assert_eq!(beginning("First line\nsecond"), "First line…");
        assert_eq!(beginning(&"é".repeat(31)), "é".repeat(30) + "…");
    }
}
