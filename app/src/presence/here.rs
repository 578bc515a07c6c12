//! Who else is at the incident that is open.

use std::time::Duration;

use domain::IncidentNumber;
use domain::live::{Presence, Present};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::present;
use crate::browser;
use crate::drafts;
use crate::live::Live;
use crate::watch::Watch;

/// How often a page says that somebody is at it. The server forgets them after three times as long.
const BEAT: Duration = Duration::from_secs(20);

/// Says who else is here, and that the reader is. The line has its place whoever is there, so nothing moves for it.
#[component]
pub(crate) fn Here(number: IncidentNumber, #[prop(optional)] editing: bool) -> impl IntoView {
    let others = RwSignal::new(Presence::default());
    let watch = use_context::<Watch>();
    let ask = move || {
        if browser::is_hidden() || !watch.is_some_and(Watch::is_active) {
            return;
        }
        let writes = editing || drafts::on_this_page();
        spawn_local(async move {
            if let Ok(now) = present(number, writes, false).await {
                // The page may be gone.
                let _ = others.try_set(now);
            }
        });
    };
    let live = use_context::<Live>();
    Effect::new(move |before: Option<()>| {
        if before.is_some() {
            return;
        }
        ask();
        if let Ok(beats) = set_interval_with_handle(ask, BEAT) {
            on_cleanup(move || {
                beats.clear();
                spawn_local(async move {
                    // Without it the server finds out by itself, a little later.
                    let _ = present(number, false, true).await;
                });
            });
        }
    });
    Effect::new(move |_| {
        let gathered = live.and_then(|live| live.gathered.get());
        if gathered.is_some_and(|gathered| gathered.number == number) {
            ask();
        }
    });
    view! {
        <p class="here" aria-live="polite">
            {move || others.with(words)}
        </p>
    }
    .into_any()
}

fn words(here: &Presence) -> Option<String> {
    let name = |one: &Present| {
        let writing = if one.editing { " (writing)" } else { "" };
        format!("{}{writing}", one.person.name)
    };
    let names: Vec<_> = here.people.iter().map(name).collect();
    let more = if here.more > 0 { format!(" and {} more", here.more) } else { String::new() };
    (!names.is_empty()).then(|| format!("Also here: {}{more}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use domain::UserId;
    use domain::view::PersonView;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn they_are_named_and_whoever_writes_is_said_to() {
        let one = |name: &str, editing| Present {
            person: PersonView { id: UserId(Uuid::nil()), name: name.to_owned() },
            editing,
        };
        assert_eq!(words(&Presence::default()), None);
        let two = Presence { people: vec![one("Amara", true), one("Lev", false)], more: 0 };
        assert_eq!(words(&two).as_deref(), Some("Also here: Amara (writing), Lev"));
        let many = Presence { more: 3, ..two };
        assert_eq!(words(&many).as_deref(), Some("Also here: Amara (writing), Lev and 3 more"));
    }
}
