//! The facts beside an incident.

use domain::view::IncidentDetail;
use domain::{Milestones, Timestamp, Visibility};
use leptos::prelude::*;

use crate::components::Time;
use crate::hydration::part;

/// Services, times, people.
#[component]
pub(crate) fn Rail(incident: IncidentDetail) -> impl IntoView {
    part(move || {
        let services = incident.services.into_iter().map(|service| service.name);
        let people = incident.people.into_iter().map(|person| person.name);
        let restricted = incident.visibility == Visibility::Restricted;
        view! {
            <aside class="rail" aria-label="Facts">
                <section>
                    <h2>"Services"</h2>
                    <Names names=services.collect() none="None named." />
                </section>
                <section>
                    <h2>"Key times"</h2>
                    <dl class="times">{times(&incident.times)}</dl>
                </section>
                {restricted
                    .then(|| {
                        view! {
                            <section>
                                <h2>"Open to"</h2>
                                <Names names=people.collect() none="Nobody but administrators and auditors." />
                            </section>
                        }
                    })}
            </aside>
        }
        .into_any()
    })
}

#[component]
fn Names(names: Vec<String>, none: &'static str) -> impl IntoView {
    if names.is_empty() {
        view! { <p class="absent">{none}</p> }.into_any()
    } else {
        let name = |name: String| view! { <li>{name}</li> };
        view! { <ul class="names">{names.into_iter().map(name).collect_view()}</ul> }.into_any()
    }
}

/// The times that are known, in the order in which they usually come.
fn times(times: &Milestones) -> impl IntoView + use<> {
    let line = |label: &'static str, at: Option<Timestamp>| {
        at.map(|at| {
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>
                        <Time at=at />
                    </dd>
                </div>
            }
        })
    };
    [
        line("Impact began", times.impact_started_at),
        line("Detected", times.detected_at),
        line("Declared", Some(times.declared_at)),
        line("Acknowledged", times.acknowledged_at),
        line("Mitigated", times.mitigated_at),
        line("Impact ended", times.impact_ended_at),
        line("Resolved", times.resolved_at),
        line("Closed", times.closed_at),
        line("Called off", times.cancelled_at),
    ]
    .into_iter()
    .flatten()
    .collect_view()
}
