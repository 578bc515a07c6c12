//! The start page: what Muster is, and the way in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::frame::{Frame, read_frame};
use crate::AppError;
use crate::components::{RoleHelp, loaded};
use crate::routes;

/// The start page.
#[component]
pub(crate) fn StartPage() -> impl IntoView {
    let who = Resource::new(|| (), |()| visitor());
    view! {
        <Title text="" />
        {loaded(who, |frame| match frame.viewer {
            None => view! { <Welcome /> }.into_any(),
            Some(viewer) if viewer.may_read => {
                view! { <Ways name=frame.given_name.unwrap_or(viewer.name) may_declare=viewer.may_declare /> }.into_any()
            }
            Some(viewer) => view! { <NoRole name=viewer.name /> }.into_any(),
        })}
    }
    .into_any()
}

/// Who is looking. In the browser the gate keeps strangers from asking, and a stranger is what they are here.
async fn visitor() -> Result<Frame, AppError> {
    match read_frame().await {
        Err(AppError::Unauthenticated) => Ok(Frame::default()),
        frame => frame,
    }
}

#[component]
fn Welcome() -> impl IntoView {
    let point = |title: &'static str, text: &'static str| {
        view! {
            <li>
                <h2>{title}</h2>
                <p>{text}</p>
            </li>
        }
    };
    view! {
        <div class="page hero">
            <section>
                <h1>"When something breaks, everybody knows what is going on."</h1>
                <p class="lead">
                    "Muster is where your organisation declares incidents, works on them together and keeps the record: who did what, when, and how it ended."
                </p>
                <p>
                    <a
                        class="button primary large"
                        href=routes::sign_in(routes::INCIDENTS)
                        rel="external"
                    >
                        "Sign in"
                    </a>
                </p>
                <p class="fine">"With your work account."</p>
            </section>
            <ul class="points">
                {point("One line to declare", "A title and a severity are enough. The rest can wait until the fire is out.")}
                {point("One timeline", "Notes, steps and edits in order, each with its author and its exact time. Nothing is ever overwritten.")}
                {point("One truth", "Two people who change the same thing see each other's change before either is lost.")}
            </ul>
        </div>
    }
    .into_any()
}

#[component]
fn Ways(name: String, may_declare: bool) -> impl IntoView {
    let way = |href: String, title: &'static str, text: &'static str| {
        view! {
            <li>
                <a href=href>
                    <h2>{title}</h2>
                    <p>{text}</p>
                </a>
            </li>
        }
    };
    let all = domain::IncidentQuery { tab: domain::Tab::All, ..Default::default() };
    view! {
        <div class="page">
            <h1>"Hello, " {name}</h1>
            <ul class="ways">
                {way(
                    routes::INCIDENTS.to_owned(),
                    "Active incidents",
                    "What is being worked on now, and what waits to be taken up.",
                )}
                {may_declare
                    .then(|| way(
                        routes::DECLARE.to_owned(),
                        "Declare an incident",
                        "Something is wrong. A title and a severity are enough to start.",
                    ))}
                {way(
                    routes::incidents(&all, None),
                    "All incidents",
                    "The whole record, the closed ones included.",
                )}
            </ul>
        </div>
    }
    .into_any()
}

#[component]
fn NoRole(name: String) -> impl IntoView {
    view! {
        <div class="page narrow">
            <section class="message">
                <h1>"You have no role in Muster yet"</h1>
                <p>
                    "You are signed in as "
                    {name}
                    ", but nobody has given you a role, so there is nothing Muster may show you."
                </p>
                <RoleHelp />
            </section>
        </div>
    }
    .into_any()
}
