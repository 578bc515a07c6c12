//! Where everybody of the organisation is signed in.

use domain::Role;
use domain::view::PersonView;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::api::all_sessions;
use super::end::{EndForm, Ending, LIST, Outcome, Said, Target};
use super::table::SessionTable;
use super::{AdminSessionsView, SessionsAddress};
use crate::browser;
use crate::components::loaded_for;
use crate::forms::SessionsForm;
use crate::routes;

/// The organisation's sessions, or one person's: signing out one, all of a person, or everybody.
#[component]
pub(crate) fn AdminSessionsPage() -> impl IntoView {
    let query = use_query_map();
    let address = Memo::new(move |_| SessionsAddress::of(&query.read()));
    let answer = Resource::new(move || address.get(), all_sessions);
    let ending = Ending::new(Callback::new(move |()| answer.refetch()));
    // Another address is another page, though the path is the same.
    Effect::new(move |before: Option<SessionsAddress>| {
        let now = address.get();
        if before.is_some_and(|before| before != now) {
            browser::focus("main");
        }
        now
    });
    view! {
        <Said ending=ending />
        {loaded_for(
            Some(Role::Admin),
            answer,
            move |view| {
                let address = address.get_untracked();
                view! { <Sessions view=view address=address ending=ending /> }
            },
        )}
    }
    .into_any()
}

#[component]
fn Sessions(view: AdminSessionsView, address: SessionsAddress, ending: Ending) -> impl IntoView {
    let AdminSessionsView { viewer, person, page, first, count, refused } = view;
    let (title, action) = match &person {
        Some(person) => (format!("Sessions of {}", person.name), routes::sessions_of(person.id)),
        None if address.after.is_empty() => ("Sessions of everyone".to_owned(), routes::ADMIN_SESSIONS.to_owned()),
        None => ("Sessions of everyone".to_owned(), routes::sessions_after(&address.after)),
    };
    let people = person.is_none();
    let shown = page.items.len();
    let table = if page.items.is_empty() {
        view! { <Nobody first=first person=person.clone() ending=ending /> }.into_any()
    } else {
        view! {
            <SessionTable
                viewer=viewer
                sessions=page.items
                people=people
                caption=title.clone()
                action=action
                ending=ending
            />
        }
        .into_any()
    };
    let ways = match (person, count) {
        (Some(person), _) => view! { <OfPerson viewer=viewer person=person count=shown ending=ending /> }.into_any(),
        (None, Some(count)) => view! { <Everyone viewer=viewer count=count ending=ending /> }.into_any(),
        (None, None) => view! {
            <p class="buttons">
                <a class="button" href=routes::SIGN_EVERYONE_OUT>
                    "Sign everyone out…"
                </a>
            </p>
        }
        .into_any(),
    };
    view! {
        <Title text=title.clone() />
        <div class="page sessions-page">
            <h1>{title}</h1>
            <p class="intro">
                "The browsers in which people of your organisation are signed in to Muster. A session that you end is over at its next request; every time is written down in the audit log."
            </p>
            <Outcome ending=ending refused=refused />
            {ways}
            {table}
            <nav class="pager" aria-label="Pages">
                {(!first)
                    .then(|| {
                        view! {
                            <a class="button" href=routes::ADMIN_SESSIONS>
                                "First page"
                            </a>
                        }
                    })}
                {page
                    .next
                    .map(|after| {
                        view! {
                            <a class="button" rel="next" href=routes::sessions_after(&after)>
                                "Next page"
                            </a>
                        }
                    })}
            </nav>
        </div>
    }
    .into_any()
}

/// One person everywhere.
#[component]
fn OfPerson(viewer: domain::UserId, person: PersonView, count: usize, ending: Ending) -> impl IntoView {
    let myself = person.id == viewer;
    let sessions = if count == 1 { "The one session".to_owned() } else { format!("All {count} sessions") };
    let verb = if count == 1 { "ends" } else { "end" };
    let whose = if myself {
        format!("{sessions} of yours {verb}, this one included: you will be signed out here, too.")
    } else {
        format!("{sessions} of {} {verb}. Signing in again is not prevented.", person.name)
    };
    let target = Target { end: SessionsForm::PERSON, person: person.id.to_string(), ..Target::default() };
    view! {
        <div class="bar">
            <a class="button" href=routes::ADMIN_SESSIONS>
                "Show everyone"
            </a>
            {(count > 0)
                .then(|| {
                    view! {
                        <details class="question">
                            <summary class="button">"Sign out everywhere…"</summary>
                            <div class="sheet">
                                <p>{whose}</p>
                                <EndForm
                                    viewer=viewer
                                    ending=ending
                                    target=target
                                    action=routes::sessions_of(person.id)
                                    class="button danger"
                                >
                                    "Sign out everywhere"
                                </EndForm>
                            </div>
                        </details>
                    }
                })}
        </div>
    }
    .into_any()
}

/// The question before everybody is signed out.
#[component]
fn Everyone(viewer: domain::UserId, count: u64, ending: Ending) -> impl IntoView {
    let sessions = match count {
        1 => "The one session there is ends, and it is yours".to_owned(),
        n => format!("All {n} sessions of your organisation end, yours included"),
    };
    let target = Target { end: SessionsForm::EVERYONE, ..Target::default() };
    view! {
        <section class="confirm" aria-labelledby="everyone">
            <h2 id="everyone">"Sign everyone out?"</h2>
            <p>
                {sessions}
                ". Everybody has to sign in again before they can go on; what they have typed and not sent may be lost."
            </p>
            <div class="buttons">
                <EndForm
                    viewer=viewer
                    ending=ending
                    target=target
                    action=routes::SIGN_EVERYONE_OUT.to_owned()
                    class="button danger"
                >
                    "Sign everyone out"
                </EndForm>
                <a class="button" href=routes::ADMIN_SESSIONS>
                    "Cancel"
                </a>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Nobody(first: bool, person: Option<PersonView>, ending: Ending) -> impl IntoView {
    ending.drawn();
    let sentence = match person {
        Some(person) => format!("{} is not signed in anywhere.", person.name),
        None if first => "Nobody is signed in.".to_owned(),
        None => "The list ends here.".to_owned(),
    };
    view! {
        <section class="empty" id=LIST tabindex="-1" aria-labelledby="no-sessions">
            <h2 id="no-sessions">"No sessions"</h2>
            <p>{sentence}</p>
        </section>
    }
    .into_any()
}
