//! Editing what an incident says about itself.

use domain::view::PersonView;
use domain::{Field, IncidentNumber, SeverityKey};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::api::{edit, show_edit_form};
use super::audience::{Audience, Typed};
use super::choices::{service_options, severity_options, with_options};
use super::views::EditView;
use crate::AppError;
use crate::components::{Picks, Problem, SelectField, TextArea, TextField, loaded};
use crate::conflict::Conflict;
use crate::drafts::{DropDraft, kept};
use crate::forms::{EditForm, FormValues, Pairs};
use crate::hydration::part;
use crate::presence::Here;
use crate::routes;
use crate::submit::Submission;

const PROBLEM: &str = "problem";
const MERGED: &str = "Fields you left alone show what is on record now. Where both of you changed a field, yours is kept and theirs stands below it. Save again to put yours on record.";
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
pub(crate) fn EditPage() -> impl IntoView {
    let path = use_params_map();
    let number = Memo::new(move |_| path.read().get("number").unwrap_or_default());
    let answer = Resource::new(move || number.get(), show_edit_form);
    loaded(answer, |view| view! { <Form view=view /> })
}

#[component]
fn Form(view: EditView) -> impl IntoView {
    let number = view.incident.number;
    let (typed, error) = match view.reply.clone() {
        Some(reply) => match reply.values {
            FormValues::Edit(form) => (form, Some(reply.error)),
            FormValues::Note(_) | FormValues::Act(_) | FormValues::Declare(_) | FormValues::Sessions(_) => {
                (EditForm::of(&view.incident), None)
            }
        },
        None => (EditForm::of(&view.incident), None),
    };
    let submission = Submission::new(PROBLEM, error.clone());
    let shown = RwSignal::new(rebased(typed, error.as_ref()));
    let error: Signal<_> = submission.error.into();
    let added = RwSignal::new(Vec::new());
    let navigate = use_navigate();
    let send = move |event: leptos::ev::SubmitEvent| {
        let navigate = navigate.clone();
        let request = |pairs: Pairs| {
            let form = EditForm::from_pairs(&pairs);
            async move {
                let done = edit(number, form.clone()).await;
                if let Err(error @ AppError::Stale(_)) = &done {
                    shown.set(rebased(form, Some(error)));
                }
                done
            }
        };
        submission.send(&event, request, move |(), _| {
            navigate(&routes::incident(number), NavigateOptions::default());
        });
    };
    let form = part(move || {
        view! {
            <form class="sheet-form" method="post" action=routes::edit(number) on:submit=send use:kept>
                <Problem id=PROBLEM error=error labels=LABELS when_stale=MERGED />
                // Fields of their own for each version: a control somebody has touched does not take a new value.
                <For
                    each=move || [shown.get()]
                    key=|form| form.version.clone()
                    children=move |form| view! { <Fields form=form view=view.clone() error=error added=added /> }
                />
                <Buttons number=number pending=submission.pending />
            </form>
        }
        .into_any()
    });
    view! {
        <Title text=format!("Edit {number}") />
        <div class="page narrow">
            <h1>"Edit " {number.to_string()}</h1>
            <Here number=number editing=true />
            {form}
        </div>
    }
    .into_any()
}

/// After a conflict the form starts from the present version, with what was typed kept where both changed a field.
fn rebased(form: EditForm, error: Option<&AppError>) -> EditForm {
    match error {
        Some(AppError::Stale(conflict)) => conflict.rebase(&form),
        _ => form,
    }
}

#[component]
fn Buttons(number: IncidentNumber, pending: RwSignal<bool>) -> impl IntoView {
    view! {
        <p class="buttons">
            <button type="submit" class="button primary" disabled=move || pending.get()>
                "Save"
            </button>
            <DropDraft href=routes::incident(number) />
        </p>
    }
    .into_any()
}

#[component]
fn Fields(
    form: EditForm,
    view: EditView,
    error: Signal<Option<AppError>>,
    added: RwSignal<Vec<PersonView>>,
) -> impl IntoView {
    let (choices, colleagues) = (view.choices, view.colleagues);
    let may_restrict = view.incident.may_restrict;
    // What somebody else has put on record meanwhile may be newer than the choices.
    let now = error.with_untracked(|error| conflict(error.as_ref())?.lists.clone()).unwrap_or_default();
    let named = view.incident.people.into_iter().chain(now.people).collect();
    let services = now.services.into_iter().map(|service| (service.id.to_string(), service.name));
    let services = with_options(service_options(&choices), services);
    let none = if view.incident.severity.is_some() { Vec::new() } else { severity_options(&[], "None yet") };
    let severities = severity_options(&choices.severities, "").split_off(1);
    let restrict = may_restrict.then(|| {
        let typed = Typed { visibility: form.visibility, people: form.people, others: form.others };
        let hint = "For an incident that only they may see. Whoever restricts it is among them.";
        view! {
            <Audience
                typed=typed
                choices=&choices
                hint=hint
                named=named
                error=error
                colleagues=colleagues
                added=added
            />
            <OnRecord field=Field::People error=error />
        }
    });
    view! {
        <input type="hidden" name="shown_to" value=view.incident.viewer.to_string() />
        <input type="hidden" name="version" value=form.version />
        {shown("services_shown", form.services_shown)}
        {may_restrict.then(|| shown("people_shown", form.people_shown))}
        <TextField
            name="title"
            label="Title"
            hint="One line of at most 200 characters."
            value=form.title
            error=error
        />
        <OnRecord field=Field::Title error=error />
        <SelectField
            name="severity"
            label="Severity"
            value=form.severity
            options=none.into_iter().chain(severities).collect()
            error=error
        />
        <SeverityOnRecord error=error />
        <TextArea
            name="summary"
            label="Summary"
            hint="Markdown."
            rows=10
            value=form.summary
            error=error
        />
        <OnRecord field=Field::Summary error=error />
        {(!services.is_empty())
            .then(|| {
                view! {
                    <Picks
                        name="services"
                        label="Services"
                        picked=form.services
                        options=services
                        error=error
                    />
                }
            })}
        <OnRecord field=Field::Services error=error />
        {restrict}
    }
    .into_any()
}

/// What a list held when the form was drawn, so that one that was left alone is known as such.
fn shown(name: &'static str, ids: Vec<String>) -> impl IntoView {
    ids.into_iter().map(|id| view! { <input type="hidden" name=name value=id /> }).collect_view()
}

fn conflict(error: Option<&AppError>) -> Option<&Conflict> {
    match error {
        Some(AppError::Stale(conflict)) => Some(conflict),
        _ => None,
    }
}

/// What somebody else wrote into the field above meanwhile.
#[component]
fn OnRecord(field: Field, error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        let theirs = error.with(|error| {
            let theirs = conflict(error.as_ref())?.now(field)?;
            Some(theirs.to_owned())
        });
        theirs.map(|theirs| {
            view! {
                <div class="on-record">
                    <p>"On record now, by somebody else:"</p>
                    <pre tabindex="0">{theirs}</pre>
                </div>
            }
        })
    }
}

#[component]
fn SeverityOnRecord(error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        let theirs = error.with(|error| conflict(error.as_ref())?.severity_now());
        theirs.map(|theirs| {
            let key = theirs.map_or("none", SeverityKey::as_str);
            view! { <p class="on-record">"On record now, by somebody else: " {key}</p> }
        })
    }
}
