//! The field that finds colleagues: a combobox. It needs a script and shows itself only where there is one; the boxes to
//! tick work without.

use domain::Interaction;
use domain::view::{Candidate, PersonView};
use leptos::prelude::*;

use super::finding::Finding;

const FIELD: &str = "find-person";
const LIST: &str = "find-person-list";
const HINT: &str = "find-person-hint";

/// Looks for people and hands over whoever is chosen.
#[component]
pub(crate) fn FindPeople(choose: Callback<PersonView>) -> impl IntoView {
    let finding = Finding::new(choose);
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    let key = move |event: leptos::ev::KeyboardEvent| {
        if !event.is_composing() && finding.key(&event.key()) {
            event.prevent_default();
        }
    };
    let active = move || finding.active.get().map(option_id);
    view! {
        <div class="field find" hidden=move || !alive.get()>
            <label for=FIELD>"Find a colleague"</label>
            <p class="hint" id=HINT>
                "Anybody in your organisation, by name or address. They need not have used Muster."
            </p>
            <div class="box">
                <input
                    type="text"
                    id=FIELD
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-haspopup="listbox"
                    aria-controls=LIST
                    aria-describedby=HINT
                    aria-expanded=move || finding.open.get().to_string()
                    aria-activedescendant=active
                    prop:value=finding.text
                    on:input=move |event| finding.typed(event_target_value(&event))
                    on:keydown=key
                    on:blur=move |_| finding.close()
                />
                <ul id=LIST role="listbox" aria-label="Colleagues" hidden=move || !finding.open.get()>
                    {move || {
                        let found = finding.found.get();
                        found.into_iter().enumerate().map(|(at, person)| option(finding, at, person)).collect_view()
                    }}
                </ul>
            </div>
            <p class="came" role="status">
                {move || finding.said.get()}
            </p>
            {move || finding.way.get().map(|(step, way)| asked(step, way))}
        </div>
    }
    .into_any()
}

fn option_id(at: usize) -> String {
    format!("{FIELD}-{at}")
}

fn option(finding: Finding, at: usize, person: Candidate) -> impl IntoView {
    view! {
        <li
            role="option"
            id=option_id(at)
            aria-selected=move || (finding.active.get() == Some(at)).to_string()
            // The field keeps the focus.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| finding.take(at)
        >
            <span class="name">{person.name}</span>
            {person.job_title.map(|title| view! { <span class="title">{title}</span> })}
        </li>
    }
    .into_any()
}

/// In a page of its own, so that nothing is lost that was typed into this one.
fn asked(step: Interaction, way: String) -> impl IntoView {
    let (why, words) = match step {
        Interaction::Consent => (
            "To look up everybody else, Muster needs your permission to see your organisation's directory.",
            "Give permission",
        ),
        Interaction::SignIn => {
            ("Before you look up everybody else, your organisation asks you to sign in again.", "Sign in")
        }
        Interaction::MultiFactor => {
            ("Before you look up everybody else, your organisation asks for a second proof that it is you.", "Continue")
        }
        Interaction::Password => ("Before you look up everybody else, your password has to be changed.", "Continue"),
    };
    view! {
        <p class="asked">
            {why} " "
            <a href=way target="_blank" rel="external noopener">
                {words}
                " (opens a new tab)"
            </a>
            ", then search again here. What you typed stays."
        </p>
    }
    .into_any()
}
