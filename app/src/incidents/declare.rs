//! Declaring an incident.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::api::{declare, show_declare_form};
use super::audience::{Audience, Typed};
use super::choices::{service_options, severity_options};
use super::views::DeclareView;
use crate::components::{Picks, Problem, SelectField, TextArea, TextField, Tick, loaded};
use crate::drafts::{DropDraft, kept};
use crate::forms::{DeclareForm, FormValues};
use crate::hydration::part;
use crate::routes;
use crate::submit::Submission;

const PROBLEM: &str = "problem";
const LABELS: &[(&str, &str)] = &[
    ("title", "Title"),
    ("severity", "Severity"),
    ("summary", "Summary"),
    ("services", "Services"),
    ("visibility", "Who may see it"),
    ("people", "People"),
    ("others", "Others"),
];

/// The page with the form.
#[component]
pub(crate) fn DeclarePage() -> impl IntoView {
    let answer = Resource::new(|| (), |()| show_declare_form());
    loaded(answer, |view| view! { <Form view=view /> })
}

#[component]
fn Form(view: DeclareView) -> impl IntoView {
    let (typed, error) = match view.reply {
        Some(reply) => match reply.values {
            FormValues::Declare(form) => (form, Some(reply.error)),
            FormValues::Note(_) | FormValues::Act(_) | FormValues::Edit(_) | FormValues::Sessions(_) => {
                (DeclareForm::default(), None)
            }
        },
        None => (DeclareForm::default(), None),
    };
    // The key the form was refused under has not been used up.
    let key = if typed.key.is_empty() { view.key } else { typed.key };
    let submission = Submission::new(PROBLEM, error);
    let error: Signal<_> = submission.error.into();
    let navigate = use_navigate();
    let send = move |event: leptos::ev::SubmitEvent| {
        let navigate = navigate.clone();
        let request = |pairs: crate::forms::Pairs| declare(DeclareForm::from_pairs(&pairs));
        submission.send(&event, request, move |number, _| {
            navigate(&routes::incident(number), NavigateOptions::default());
        });
    };
    let (choices, colleagues, added) = (view.choices, view.colleagues, RwSignal::new(Vec::new()));
    let may_restrict = !choices.people.is_empty();
    let restrict = may_restrict.then(|| {
        let typed = Typed { visibility: typed.visibility, people: typed.people, others: typed.others };
        let hint = "For an incident that only they may see. You are always among them.";
        view! {
            <Audience
                typed=typed
                choices=&choices
                hint=hint
                error=error
                colleagues=colleagues
                added=added
            />
        }
    });
    let form = part(move || {
        view! {
            <form class="sheet-form" method="post" action=routes::DECLARE on:submit=send use:kept>
                <Problem id=PROBLEM error=error labels=LABELS />
                <input type="hidden" name="shown_to" value=choices.viewer.to_string() />
                <input type="hidden" name="key" value=key />
                <TextField
                    name="title"
                    label="Title"
                    hint="What people notice, in one line of at most 200 characters."
                    value=typed.title
                    error=error
                />
                <SelectField
                    name="severity"
                    label="Severity"
                    hint="A guess is fine; it can be changed at any time."
                    value=typed.severity
                    options=severity_options(&choices.severities, "Choose one")
                    error=error
                />
                <TextArea
                    name="summary"
                    label="Summary"
                    hint="Optional. What is known so far, in Markdown."
                    rows=5
                    value=typed.summary
                    error=error
                />
                {(!choices.services.is_empty())
                    .then(|| {
                        view! {
                            <Picks
                                name="services"
                                label="Services"
                                hint="Optional. What it affects."
                                picked=typed.services
                                options=service_options(&choices)
                                error=error
                            />
                        }
                    })}
                {restrict}
                <Tick
                    name="triage"
                    label="Needs triage first"
                    hint="Somebody should check the report before work begins. The severity may wait."
                    ticked=typed.triage
                />
                <Tick
                    name="test"
                    label="This is an exercise"
                    hint="It looks like any other incident and counts in no figure."
                    ticked=typed.test
                />
                <p class="buttons">
                    <button
                        type="submit"
                        class="button primary"
                        disabled=move || submission.pending.get()
                    >
                        "Declare"
                    </button>
                    <DropDraft href=routes::INCIDENTS.to_owned() />
                </p>
            </form>
        }
        .into_any()
    });
    view! {
        <Title text="Declare an incident" />
        <div class="page narrow">
            <h1>"Declare an incident"</h1>
            {form}
        </div>
    }
    .into_any()
}
