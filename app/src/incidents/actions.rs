//! What the viewer may do now: the usual next step as one button, everything else in a menu.

use domain::view::{ActionView, SeverityView};
use domain::{Action, IncidentNumber, Status, UserId};
use leptos::prelude::*;

use super::api::act;
use super::choices::severity_options;
use super::detail::{Refused, StepState};
use crate::AppError;
use crate::browser;
use crate::components::{Problem, SelectField, TextArea, close_when_left};
use crate::drafts::kept;
use crate::forms::ActForm;
use crate::hydration::part;
use crate::routes;
use crate::submit::REST;

/// The id of the summary of what is wrong with a step.
pub(super) const PROBLEM: &str = "step-problem";
/// The id of the section: the focus goes there when the button that was pressed is gone.
const SECTION: &str = "steps";
const CHECK: &str = "This page shows it as it is now. Take your step again if it still fits.";
const LABELS: &[(&str, &str)] = &[("reason", "Reason"), ("severity", "Severity")];

/// The step most incidents take from here.
fn usual(status: Status) -> Option<Action> {
    match status {
        Status::Triage => Some(Action::Accept),
        Status::Investigating => Some(Action::Identify),
        Status::Identified => Some(Action::Monitor),
        Status::Monitoring => Some(Action::Resolve),
        Status::Resolved => Some(Action::Close),
        Status::Closed | Status::Merged => None,
        Status::Declined | Status::Cancelled => Some(Action::Restore),
    }
}

/// The steps, each a small form of its own.
#[component]
pub(crate) fn Steps(
    number: IncidentNumber,
    viewer: UserId,
    status: Status,
    version: u32,
    actions: Vec<ActionView>,
    severities: Vec<SeverityView>,
    edit: bool,
    refused: Refused<ActForm>,
    state: StepState,
    reload: Callback<String>,
) -> impl IntoView {
    part(move || {
        let (posted, posted_error) = refused.unzip();
        let error = Signal::derive(move || state.submission.error.get().or(posted_error.clone()));
        let typed = state.typed.get_untracked().or(posted);
        let asked = typed.as_ref().map(|typed| typed.action.clone());
        let posted_action = asked.clone().unwrap_or_default();
        let suffix = Signal::derive(move || {
            let action = state.typed.with(|typed| typed.as_ref().map(|typed| typed.action.clone()));
            format!("-{}", action.unwrap_or_else(|| posted_action.clone()))
        });
        // A step that somebody else's change took away has no form on this page to keep the reason in.
        let offered = |typed: &ActForm| actions.iter().any(|step| step.action.as_str() == typed.action);
        let kept = typed.as_ref().filter(|typed| !offered(typed) && !typed.reason.trim().is_empty());
        let kept = kept.map(|typed| typed.reason.clone());
        let usual = usual(status);
        let (mut first, mut rest): (Vec<_>, Vec<_>) = actions.into_iter().partition(|step| Some(step.action) == usual);
        // A menu of one thing would only hide it.
        if first.is_empty() && rest.len() == 1 {
            first.append(&mut rest);
        }
        let step = move |step: ActionView, primary: bool| {
            let typed = typed.clone().filter(|typed| typed.action == step.action.as_str());
            view! {
                <Step
                    number=number
                    viewer=viewer
                    status=status
                    version=version
                    step=step
                    primary=primary
                    severities=severities.clone()
                    typed=typed
                    error=error
                    state=state
                    reload=reload
                />
            }
        };
        let more = !rest.is_empty();
        let menu = NodeRef::new();
        close_when_left(menu);
        let opened = rest.iter().any(|step| Some(step.action.as_str()) == asked.as_deref());
        view! {
            <section class="steps" id=SECTION tabindex="-1" aria-label="Actions">
                <Problem id=PROBLEM error=error labels=LABELS when_stale=CHECK suffix=suffix kept=kept />
                <div class="bar">
                    {first
                        .into_iter()
                        .map(|view| {
                            let primary = Some(view.action) == usual;
                            step(view, primary)
                        })
                        .collect_view()}
                    {edit
                        .then(|| {
                            view! {
                                <a class="button" href=routes::edit(number)>
                                    "Edit"
                                </a>
                            }
                        })}
                    {more
                        .then(|| {
                            view! {
                                <details class="menu" open=opened node_ref=menu>
                                    <summary class="button">"More"</summary>
                                    <div class="sheet">
                                        {rest.into_iter().map(|view| step(view, false)).collect_view()}
                                    </div>
                                </details>
                            }
                        })}
                </div>
            </section>
        }
        .into_any()
    })
}

/// What a step that was taken is announced with: the state it led to.
fn done_words(from: Status, action: Action) -> String {
    match domain::next(from, action) {
        Ok(to) => format!("Done. The incident is now: {}.", to.label()),
        Err(_) => "Done. The incident was updated.".to_owned(),
    }
}

#[component]
fn Step(
    number: IncidentNumber,
    viewer: UserId,
    status: Status,
    version: u32,
    step: ActionView,
    primary: bool,
    severities: Vec<SeverityView>,
    typed: Option<ActForm>,
    error: Signal<Option<AppError>>,
    state: StepState,
    reload: Callback<String>,
) -> impl IntoView {
    let action = step.action;
    let asks = step.needs_reason || step.needs_severity;
    let opened = typed.is_some();
    let typed = typed.unwrap_or_default();
    let send = move |event: leptos::ev::SubmitEvent| {
        let request = |pairs: crate::forms::Pairs| {
            let form = ActForm::from_pairs(&pairs);
            state.typed.set(Some(form.clone()));
            async move {
                let done = act(number, form).await;
                if matches!(done, Err(AppError::Stale(_) | AppError::Refused(_))) {
                    reload.run("This incident was changed by somebody else.".to_owned());
                }
                done
            }
        };
        state.submission.send(&event, request, move |(), form| {
            state.typed.set(None);
            browser::fold(&form);
            form.reset();
            reload.run(done_words(status, action));
            set_timeout(|| browser::focus_if_lost(SECTION), REST);
        });
    };
    let mine = Signal::derive(move || {
        // Sent from here, or else posted before the page was drawn.
        let sent = state.typed.with(|typed| typed.as_ref().map(|typed| typed.action == action.as_str()));
        error.get().filter(|_| sent.unwrap_or(opened))
    });
    let reason = step.needs_reason.then(|| {
        view! {
            <TextArea
                name="reason"
                id=format!("reason-{action}")
                label="Reason"
                hint="Stands on the timeline."
                rows=2
                required=true
                value=typed.reason
                error=mine
            />
        }
    });
    let severity = step.needs_severity.then(|| {
        view! {
            <SelectField
                name="severity"
                id=format!("severity-{action}")
                label="Severity"
                value=typed.severity
                options=severity_options(&severities, "Choose one")
                error=mine
            />
        }
    });
    let class = if primary { "button primary" } else { "button" };
    let words = action.label_from(status);
    let form = view! {
        <form method="post" action=routes::incident(number) on:submit=send use:kept>
            <input type="hidden" name="form" value=ActForm::NAME />
            <input type="hidden" name="action" value=action.as_str() />
            <input type="hidden" name="shown_to" value=viewer.to_string() />
            <input type="hidden" name="version" value=version.to_string() />
            {reason}
            {severity}
            <button type="submit" class=class disabled=move || state.submission.pending.get()>
                {words}
            </button>
        </form>
    };
    if asks {
        view! {
            <details class="step" open=opened>
                <summary class=class>{words} "…"</summary>
                <div class="sheet">{form}</div>
            </details>
        }
        .into_any()
    } else {
        form.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_announced_by_where_it_led() {
        let first = done_words(Status::Investigating, Action::Identify);
        assert_eq!(first, "Done. The incident is now: Identified.");
        assert_ne!(done_words(Status::Identified, Action::Monitor), first);
    }
}
