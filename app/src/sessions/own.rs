//! Where the viewer is signed in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::SessionsView;
use super::api::own_sessions;
use super::end::{EndForm, Ending, Outcome, Said, Target};
use super::table::SessionTable;
use crate::components::loaded;
use crate::forms::SessionsForm;
use crate::routes;

/// The viewer's sessions, and signing out of one or of all others.
#[component]
pub(crate) fn SessionsPage() -> impl IntoView {
    let answer = Resource::new(|| (), |()| own_sessions());
    let ending = Ending::new(Callback::new(move |()| answer.refetch()));
    view! {
        <Said ending=ending />
        {loaded(answer, move |view| view! { <Own view=view ending=ending /> })}
    }
    .into_any()
}

#[component]
fn Own(view: SessionsView, ending: Ending) -> impl IntoView {
    let SessionsView { viewer, sessions, refused } = view;
    let others = sessions.iter().filter(|session| !session.current).count();
    view! {
        <Title text="Your sessions" />
        <div class="page sessions-page">
            <h1>"Your sessions"</h1>
            <p class="intro">
                "These browsers are signed in to Muster as you. Sign out of any that you do not use or do not know; it is at the sign-in page from its next request on."
            </p>
            <Outcome ending=ending refused=refused />
            {(others > 0).then(|| view! { <Others viewer=viewer others=others ending=ending /> })}
            <SessionTable
                viewer=viewer
                sessions=sessions
                people=false
                caption="Your sessions".to_owned()
                action=routes::SESSIONS.to_owned()
                ending=ending
            />
            {(others == 0)
                .then(|| view! { <p class="fine">"You are not signed in anywhere else."</p> })}
        </div>
    }
    .into_any()
}

/// Signing out of all others, with a question first: it is a lot.
#[component]
fn Others(viewer: domain::UserId, others: usize, ending: Ending) -> impl IntoView {
    let sentence = if others == 1 {
        "The other session ends. This browser stays signed in.".to_owned()
    } else {
        format!("All {others} other sessions end. This browser stays signed in.")
    };
    let target = Target { end: SessionsForm::OTHERS, ..Target::default() };
    view! {
        <details class="question">
            <summary class="button">"Sign out all others…"</summary>
            <div class="sheet">
                <p>{sentence}</p>
                <EndForm
                    viewer=viewer
                    ending=ending
                    target=target
                    action=routes::SESSIONS.to_owned()
                    class="button danger"
                >
                    "Sign out all others"
                </EndForm>
            </div>
        </details>
    }
    .into_any()
}
