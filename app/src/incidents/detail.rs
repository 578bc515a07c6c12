//! The page of one incident.

use domain::IncidentNumber;
use domain::view::{IncidentDetail, SeverityView};
use leptos::prelude::*;
use leptos::task::spawn_local;
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
use crate::browser;
use crate::components::{Calm, loaded};
use crate::forms::{ActForm, FormValues};
use crate::hydration::part;
use crate::live::{Live, live_incident};
use crate::presence::Here;
use crate::submit::Submission;

/// Somebody is about to take a step.
const IN_USE: &str = "#steps :is(details[open], :focus)";

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
    let calm = Calm::new();
    let newer = RwSignal::new(None);
    follow(address, newer);
    let reload = Callback::new(move |words: String| {
        calm.say(words);
        answer.refetch();
    });
    view! {
        <p class="unseen" role="status">
            {move || calm.words()}
        </p>
        {loaded(
            answer,
            move |view| {
                // What was fetched before this answer is older than it.
                let _ = newer.try_set(None);
                view! { <Incident view=view newer=newer step=step reload=reload /> }
            },
        )}
    }
    .into_any()
}

/// Looks again whenever the incident has changed.
fn follow(address: Memo<IncidentAddress>, newer: RwSignal<Option<IncidentView>>) {
    let Some(live) = use_context::<Live>() else { return };
    // An effect begins a little later, and there may be news by then, of which the last are all it sees.
    let drawn = live.round();
    Effect::new(move |before: Option<u32>| {
        let (round, waiting) = live.news.get();
        let asked = address.get_untracked();
        let concerned = before.is_none() || asked.number.parse().is_ok_and(|number| waiting.concerns(number));
        if before.unwrap_or(drawn) != round && concerned {
            spawn_local(async move {
                // Without an answer the page stays as it is, and the watch says why.
                if let Ok(view) = live_incident(asked.clone()).await
                    && address.try_get_untracked() == Some(asked)
                {
                    let _ = newer.try_set(Some(view));
                }
            });
        }
        round
    });
}

#[component]
fn Incident(
    view: IncidentView,
    /// What it has become since the page was drawn. Forms are left alone: somebody may be writing.
    newer: RwSignal<Option<IncidentView>>,
    step: StepState,
    reload: Callback<String>,
) -> impl IntoView {
    let IncidentView { incident, note_key, reply, .. } = &view;
    let (number, viewer, key) = (incident.number, incident.viewer, note_key.clone());
    let (act, note) = match reply.clone() {
        Some(reply) => match reply.values {
            FormValues::Act(form) => (Some((form, reply.error)), None),
            FormValues::Note(form) => (None, Some((form, reply.error))),
            FormValues::Declare(_) | FormValues::Edit(_) | FormValues::Sessions(_) => (None, None),
        },
        None => (None, None),
    };
    let may_note = incident.may_note;
    // Each part is drawn anew when it has changed, and only then.
    let shown = Memo::new(move |_| newer.get().unwrap_or_else(|| view.clone()));
    let incident = Memo::new(move |_| shown.with(|shown| shown.incident.clone()));
    let summary = Memo::new(move |_| shown.with(|shown| (shown.summary.clone(), shown.incident.may_edit)));
    let timeline = Memo::new(move |_| shown.with(|shown| shown.timeline.clone()));
    let steps = Memo::new(move |before: Option<&(IncidentDetail, Vec<SeverityView>)>| match before {
        // Whoever has a step open keeps it. Taking it on a stale page is refused, with what has changed.
        Some(before) if browser::is_there(IN_USE) => before.clone(),
        _ => shown.with(|shown| (shown.incident.clone(), shown.severities.clone())),
    });
    let steps = move || {
        let (incident, severities) = steps.get();
        view! {
            <Steps
                number=number
                viewer=viewer
                status=incident.status
                version=incident.version
                actions=incident.actions
                severities=severities
                edit=incident.may_edit
                refused=act.clone()
                state=step
                reload=reload
            />
        }
    };
    let article = part(move || {
        view! {
            <article class="page incident">
                {move || view! { <Header incident=incident.get() /> }} <Here number=number /> {steps}
                <div class="columns">
                    <div class="main-column">
                        {move || {
                            let (html, may_edit) = summary.get();
                            view! { <Summary html=html number=number may_edit=may_edit /> }
                        }}
                        {may_note
                            .then(|| {
                                view! {
                                    <Composer number=number viewer=viewer key=key refused=note reload=reload />
                                }
                            })}
                        {move || view! { <Timeline number=number view=timeline.get() /> }}
                    </div>
                    {move || view! { <Rail incident=incident.get() /> }}
                </div>
            </article>
        }
        .into_any()
    });
    view! {
        <Title text=move || named(number, incident.try_with(|incident| incident.title.clone())) />
        {article}
    }
    .into_any()
}

/// The name of the page. It is asked for once more after the page is gone.
fn named(number: IncidentNumber, title: Option<String>) -> String {
    format!("{number} {}", title.unwrap_or_default())
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
