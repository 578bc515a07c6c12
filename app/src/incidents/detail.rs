//! The page of one incident.

use domain::IncidentNumber;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::actions::Steps;
use super::address::IncidentAddress;
use super::api::show_incident;
use super::composer::Composer;
use super::header::Header;
use super::rail::Rail;
use super::timeline::Timeline;
use super::views::IncidentView;
use crate::AppError;
use crate::components::{announcement, loaded};
use crate::forms::{ActForm, FormValues};
use crate::submit::Submission;

/// What a step that was refused leaves behind. It outlives the drawing of the incident, which is fetched anew.
#[derive(Clone, Copy)]
pub(super) struct StepState {
    pub submission: Submission,
    pub typed: RwSignal<Option<ActForm>>,
}

/// One incident: what it is, what can be done, what happened.
#[component]
pub(crate) fn IncidentPage() -> impl IntoView {
    let (path, query) = (use_params_map(), use_query_map());
    let address = Memo::new(move |_| IncidentAddress::of(&path.read(), &query.read()));
    let answer = Resource::new(move || address.get(), show_incident);
    let step = StepState { submission: Submission::new(super::actions::PROBLEM, None), typed: RwSignal::new(None) };
    let said = RwSignal::new(String::new());
    let reload = Callback::new(move |words: String| {
        said.update(|said| *said = announcement(said, words));
        answer.refetch();
    });
    view! {
        <p class="unseen" role="status">
            {move || said.get()}
        </p>
        {loaded(answer, move |view| view! { <Incident view=view step=step reload=reload /> })}
    }
    .into_any()
}

#[component]
fn Incident(view: IncidentView, step: StepState, reload: Callback<String>) -> impl IntoView {
    let IncidentView { incident, summary, timeline, severities, note_key, reply } = view;
    let (number, viewer) = (incident.number, incident.viewer);
    let (act, note) = match reply {
        Some(reply) => match reply.values {
            FormValues::Act(form) => (Some((form, reply.error)), None),
            FormValues::Note(form) => (None, Some((form, reply.error))),
            FormValues::Declare(_) | FormValues::Edit(_) | FormValues::Sessions(_) => (None, None),
        },
        None => (None, None),
    };
    let may_note = incident.may_note;
    let title = format!("{number} {}", incident.title);
    let edit = incident.may_edit;
    view! {
        <Title text=title />
        <article class="page incident">
            <Header incident=incident.clone() />
            <Steps
                number=number
                viewer=viewer
                status=incident.status
                version=incident.version
                actions=incident.actions.clone()
                severities=severities
                edit=edit
                refused=act
                state=step
                reload=reload
            />
            <div class="columns">
                <div class="main-column">
                    <Summary html=summary number=number may_edit=edit />
                    {may_note
                        .then(|| {
                            view! {
                                <Composer number=number viewer=viewer key=note_key refused=note reload=reload />
                            }
                        })}
                    <Timeline number=number view=timeline />
                </div>
                <Rail incident=incident />
            </div>
        </article>
    }
    .into_any()
}

#[component]
fn Summary(html: String, number: IncidentNumber, may_edit: bool) -> impl IntoView {
    let body = if html.is_empty() {
        view! {
            <p class="absent">
                "No summary yet."
                {may_edit
                    .then(|| {
                        view! {
                            " "
                            <a href=crate::routes::edit(number)>"Write one"</a>
                        }
                    })}
            </p>
        }
        .into_any()
    } else {
        view! { <div class="prose" inner_html=html></div> }.into_any()
    };
    view! {
        <section class="summary" aria-labelledby="summary-heading">
            <h2 id="summary-heading">"Summary"</h2>
            {body}
        </section>
    }
    .into_any()
}

/// A refusal and the form it belongs to.
pub(super) type Refused<T> = Option<(T, AppError)>;
