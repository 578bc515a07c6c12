//! One row of the list: a pure function of the incident, so that a drawn row may be kept as long as its version.
//! The roles say what the elements are already, and go on saying it where they are laid out as cards.

use domain::Visibility;
use domain::view::IncidentSummary;
use leptos::prelude::*;

use crate::components::{Lock, SeverityBadge, StatusPill, Style, Time, severity_class};
use crate::routes;

/// Service names shown before the rest is counted.
const SERVICES: usize = 2;

/// The row. The whole of it leads to the incident, through the one link in it.
pub(crate) fn row(incident: IncidentSummary) -> impl IntoView {
    let number = incident.number;
    let more = incident.services.len().saturating_sub(SERVICES);
    let services = incident.services.into_iter().take(SERVICES);
    let services = services.map(|name| view! { <li>{name}</li> }).collect_view();
    let started = incident.impact_started_at.unwrap_or(incident.declared_at);
    let kind = match incident.kind {
        domain::Kind::Incident => None,
        domain::Kind::Test => Some("Test"),
        domain::Kind::Retrospective => Some("Retrospective"),
    };
    view! {
        <tr role="row" class=severity_class(incident.severity)>
            <td role="cell" class="c-severity">
                <SeverityBadge severity=incident.severity />
            </td>
            <td role="cell" class="c-number">
                <a
                    id=format!("n{}", number.0)
                    href=routes::incident(number)
                    aria-labelledby=format!("n{0} t{0}", number.0)
                >
                    {number.to_string()}
                </a>
            </td>
            <td role="cell" class="c-title">
                <span class="title" id=format!("t{}", number.0)>
                    {incident.title}
                </span>
                {(incident.visibility == Visibility::Restricted).then(|| view! { <Lock /> })}
                {kind.map(|kind| view! { <span class="kind">{kind}</span> })}
                <ul class="services">
                    {services} {(more > 0).then(|| view! { <li class="more">"+" {more}</li> })}
                </ul>
            </td>
            <td role="cell" class="c-status">
                <StatusPill status=incident.status />
            </td>
            <td role="cell" class="c-updated">
                <Time at=incident.updated_at style=Style::Ago />
            </td>
            <td role="cell" class="c-started">
                <Time at=started />
            </td>
        </tr>
    }
}
