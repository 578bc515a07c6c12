//! What an incident is and how far it has come.

use domain::view::IncidentDetail;
use domain::{Kind, Source, Status, Visibility};
use leptos::prelude::*;

use crate::components::{Lock, SeverityBadge, StatusPill, Time, severity_class};
use crate::hydration::part;
use crate::routes;

/// Number, title, severity, status, progress.
#[component]
pub(crate) fn Header(incident: IncidentDetail) -> impl IntoView {
    part(move || {
        let kind = match incident.kind {
            Kind::Incident => None,
            Kind::Test => Some("Test: counts in no figure"),
            Kind::Retrospective => Some("Retrospective: entered after the fact"),
        };
        let restricted = incident.visibility == Visibility::Restricted;
        view! {
            <header class=format!("incident-header {}", severity_class(incident.severity))>
                <p class="line">
                    <a class="number" href=routes::incident(incident.number)>
                        {incident.number.to_string()}
                    </a>
                    <SeverityBadge severity=incident.severity />
                    <StatusPill status=incident.status />
                    {restricted
                        .then(|| {
                            view! {
                                <span class="tag">
                                    <Lock />
                                    "Open to the people named only"
                                </span>
                            }
                        })}
                    {kind.map(|kind| view! { <span class="tag">{kind}</span> })}
                </p>
                <h1>{incident.title}</h1>
                <p class="byline">
                    {declared(incident.source)}
                    {(!incident.declared_by.is_empty())
                        .then(|| view! { " by " {incident.declared_by} })}
                    " on "
                    <Time at=incident.times.declared_at />
                    {(incident.reopen_count > 0)
                        .then(|| view! { " · reopened " {times(incident.reopen_count)} })}
                </p>
                <Progress status=incident.status />
            </header>
        }
        .into_any()
    })
}

fn declared(source: Source) -> &'static str {
    match source {
        Source::Manual => "Declared",
        Source::Alert => "Declared after an alert",
        Source::Api => "Declared over the API",
        Source::Import => "Taken in from a file",
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// The steps on the usual way. A side way has none: its pill says all there is.
fn way(status: Status) -> &'static [Status] {
    const USUAL: [Status; 5] =
        [Status::Investigating, Status::Identified, Status::Monitoring, Status::Resolved, Status::Closed];
    const REPORTED: [Status; 6] = [
        Status::Triage,
        Status::Investigating,
        Status::Identified,
        Status::Monitoring,
        Status::Resolved,
        Status::Closed,
    ];
    match status {
        Status::Triage => &REPORTED,
        Status::Investigating | Status::Identified | Status::Monitoring | Status::Resolved | Status::Closed => &USUAL,
        Status::Declined | Status::Cancelled | Status::Merged => &[],
    }
}

#[component]
fn Progress(status: Status) -> impl IntoView {
    let way = way(status);
    let at = way.iter().position(|step| *step == status);
    let step = move |(place, step): (usize, &Status)| {
        let (class, said) = match at {
            Some(at) if place < at => ("past", "done: "),
            Some(at) if place == at => ("now", "now: "),
            Some(_) | None => ("ahead", "ahead: "),
        };
        view! {
            <li class=class aria-current=(class == "now").then_some("step")>
                <span class="unseen">{said}</span>
                {step.label()}
            </li>
        }
    };
    (!way.is_empty()).then(|| {
        view! {
            <ol class="progress" aria-label="Progress">
                {way.iter().enumerate().map(step).collect_view()}
            </ol>
        }
    })
}
