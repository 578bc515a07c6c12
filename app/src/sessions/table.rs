//! The list of sessions: rows, or cards where there is little room. The roles say what the elements are already, and go
//! on saying it where the style of the cards would take it from them.

use domain::UserId;
use domain::view::SessionView;
use leptos::prelude::*;

use super::end::{EndForm, Ending, LIST, Target};
use crate::components::{Style, Time};
use crate::forms::SessionsForm;
use crate::hydration::part;
use crate::routes;

/// The sessions, each with its way to be ended.
#[component]
pub(super) fn SessionTable(
    viewer: UserId,
    sessions: Vec<SessionView>,
    /// Whether they are of more than one person.
    people: bool,
    caption: String,
    /// The address of the page.
    action: String,
    ending: Ending,
) -> impl IntoView {
    ending.drawn();
    let row = move |session: SessionView| {
        view! { <Row viewer=viewer session=session people=people action=action.clone() ending=ending /> }
    };
    part(move || {
        view! {
            <table class="sessions" id=LIST tabindex="-1" role="table">
                <caption class="unseen">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {people.then(|| view! { <th scope="col" role="columnheader">"Person"</th> })} <th scope="col" role="columnheader">"Device"</th>
                        <th scope="col" role="columnheader">"Place"</th> <th scope="col" role="columnheader">"Last used"</th>
                        <th scope="col" role="columnheader">"Signed in"</th> <th scope="col" role="columnheader">"Ends if not used"</th>
                        <th scope="col" role="columnheader">
                            <span class="unseen">"Sign out"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    // By key: the row of a session that is over goes, and none is made into another's.
                    <For each=move || sessions.clone() key=|session| (session.handle.clone(), session.seen_at) children=row />
                </tbody>
            </table>
        }
        .into_any()
    })
}

#[component]
fn Row(viewer: UserId, session: SessionView, people: bool, action: String, ending: Ending) -> impl IntoView {
    let SessionView { handle, person, device, place, signed_in_at, seen_at, ends_at, current } = session;
    let whose = if people { format!(", {}", person.name) } else { String::new() };
    let which = format!(" {device}{whose}");
    let seen =
        if current { view! { "now" }.into_any() } else { view! { <Time at=seen_at style=Style::Ago /> }.into_any() };
    let button = if current {
        // Ending one's own session is signing out, at the provider as well.
        view! {
            <form method="post" action=routes::SIGN_OUT>
                <button type="submit" class="button">
                    "Sign out"
                    <span class="unseen">{which}</span>
                </button>
            </form>
        }
        .into_any()
    } else {
        let target = Target { end: SessionsForm::ONE, handle, person: String::new() };
        view! {
            <EndForm viewer=viewer ending=ending target=target action=action class="button">
                "Sign out"
                <span class="unseen">{which}</span>
            </EndForm>
        }
        .into_any()
    };
    view! {
        <tr role="row">
            {people
                .then(|| {
                    view! {
                        <td role="cell" class="c-person">
                            <a href=routes::sessions_of(person.id)>{person.name}</a>
                        </td>
                    }
                })}
            <th scope="row" role="rowheader" class="c-device">
                {device}
                {current.then(|| view! { " " <span class="here">"This browser"</span> })}
            </th>
            <td role="cell" class="c-place">{place}</td>
            <td role="cell" class="c-seen">{seen}</td>
            <td role="cell" class="c-since">
                <Time at=signed_in_at style=Style::Ago />
            </td>
            <td role="cell" class="c-ends">
                <Time at=ends_at />
            </td>
            <td role="cell" class="c-end">{button}</td>
        </tr>
    }
    .into_any()
}
