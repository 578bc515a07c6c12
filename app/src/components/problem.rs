//! Why a form was refused, above the form.

use leptos::prelude::*;

use super::Time;
use crate::AppError;
use crate::browser;
use crate::conflict::Change;

/// The summary of what is wrong, with a link to each field. `labels` are the fields' names and the words beside them.
#[component]
pub(crate) fn Problem(
    /// The id of the summary, which takes the focus.
    id: &'static str,
    #[prop(into)] error: Signal<Option<AppError>>,
    /// What to do when somebody else was faster.
    #[prop(optional)]
    when_stale: &'static str,
    /// What stands behind the name of a field in its id, where several forms have it.
    #[prop(optional)]
    suffix: Option<Signal<String>>,
    labels: &'static [(&'static str, &'static str)],
    /// What was typed into a form that is not on the page any more, to be copied.
    #[prop(optional_no_strip)]
    kept: Option<String>,
) -> impl IntoView {
    // A page that came with a refusal starts at it.
    Effect::new(move |before: Option<()>| {
        if before.is_none() && error.with_untracked(Option::is_some) {
            browser::focus(id);
        }
    });
    move || {
        error.get().map(|error| {
            let (changes, advice) = match &error {
                AppError::Stale(conflict) => (conflict.changes.clone(), when_stale),
                _ => (Vec::new(), ""),
            };
            let suffix = suffix.map(|suffix| suffix.get()).unwrap_or_default();
            let faults = error.faults().iter().map(|fault| fault_line(fault, labels, &suffix));
            let faults = faults.collect_view();
            let listed = !error.faults().is_empty();
            view! {
                <div class="problem" id=id role="alert" tabindex="-1">
                    <p class="headline">{error.to_string()}</p>
                    {listed.then(|| view! { <ul>{faults}</ul> })}
                    <Changes changes=changes />
                    {(!advice.is_empty()).then(|| view! { <p>{advice}</p> })}
                    {kept.clone().map(|text| view! { <Kept text=text /> })}
                </div>
            }
        })
    }
}

#[component]
fn Kept(text: String) -> impl IntoView {
    view! {
        <p>"The form you typed this into is not offered any more. Copy it if you need it:"</p>
        <pre class="kept" tabindex="0">
            {text}
        </pre>
    }
}

fn fault_line(
    fault: &domain::Invalid,
    labels: &'static [(&'static str, &'static str)],
    suffix: &str,
) -> impl IntoView + use<> {
    let known = labels.iter().find(|(field, _)| *field == fault.field);
    let why = fault.why.clone();
    if let Some((field, label)) = known {
        view! {
            <li>
                <a href=format!("#{field}{suffix}") rel="external">
                    {*label}
                    " "
                    {why}
                </a>
            </li>
        }
        .into_any()
    } else {
        let field = fault.field.clone();
        view! { <li>{field} " " {why}</li> }.into_any()
    }
}

/// What somebody else did meanwhile.
#[component]
fn Changes(changes: Vec<Change>) -> impl IntoView {
    let line = |change: Change| {
        view! {
            <li>
                <strong>{change.actor}</strong>
                " "
                {change.words}
                " · "
                <Time at=change.at />
            </li>
        }
    };
    (!changes.is_empty()).then(|| {
        view! { <ul class="changes">{changes.into_iter().map(line).collect_view()}</ul> }
    })
}
