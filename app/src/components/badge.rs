//! Severity, status and the lock: always a shape and a word, never colour alone.

use domain::{SeverityKey, Status};
use leptos::prelude::*;

/// The class that carries a severity's colour.
pub(crate) fn severity_class(severity: Option<SeverityKey>) -> &'static str {
    match severity {
        Some(SeverityKey::Sev1) => "sev1",
        Some(SeverityKey::Sev2) => "sev2",
        Some(SeverityKey::Sev3) => "sev3",
        Some(SeverityKey::Sev4) => "sev4",
        Some(SeverityKey::Sev5) => "sev5",
        None => "sev-none",
    }
}

fn shape(severity: Option<SeverityKey>) -> &'static str {
    match severity {
        Some(SeverityKey::Sev1) => "▲",
        Some(SeverityKey::Sev2) => "◆",
        Some(SeverityKey::Sev3) => "●",
        Some(SeverityKey::Sev4) => "■",
        Some(SeverityKey::Sev5) => "○",
        None => "–",
    }
}

/// How bad it is: shape and key.
#[component]
pub(crate) fn SeverityBadge(severity: Option<SeverityKey>) -> impl IntoView {
    let word = severity.map_or("No severity yet", SeverityKey::word);
    view! {
        <span class=format!("severity {}", severity_class(severity)) title=word>
            <span class="shape" aria-hidden="true">
                {shape(severity)}
            </span>
            {severity.map_or("Unset", |key| key.as_str())}
        </span>
    }
}

/// Where it stands.
#[component]
pub(crate) fn StatusPill(status: Status) -> impl IntoView {
    view! { <span class=format!("status {status}")>{status.label()}</span> }
}

/// Marks an incident that only the people named can see.
#[component]
pub(crate) fn Lock() -> impl IntoView {
    view! {
        <svg class="lock" viewBox="0 0 16 16" role="img" aria-label="Restricted">
            <path d="M5 7V5a3 3 0 0 1 6 0v2h.5A1.5 1.5 0 0 1 13 8.500v4a1.500 1.500 0 0 1-1.500 1.500h-7A1.500 1.500 0 0 1 3 12.500v-4A1.500 1.500 0 0 1 4.500 7zm1.500 0h3V5a1.500 1.500 0 0 0-3 0z" />
        </svg>
    }
}
