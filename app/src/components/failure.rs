//! A page that cannot be shown, and the wait for one that can.

use domain::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::AppError;
use crate::{browser, routes};

/// Shows what a resource brings, or why it brought nothing.
pub(crate) fn loaded<T, V>(
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    loaded_for(None, resource, show)
}

/// The same for a page that one role alone may see.
pub(crate) fn loaded_for<T, V>(
    role: Option<Role>,
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    let waiting = || {
        view! {
            <div class="page waiting" aria-busy="true">
                <p role="status">"Loading…"</p>
            </div>
        }
    };
    view! {
        <Transition fallback=waiting>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => show(value).into_any(),
                        Err(error) => {
                            let again = Callback::new(move |()| resource.refetch());
                            view! { <Failure error=error again=again role=role /> }.into_any()
                        }
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// What stands in place of a page.
#[component]
pub(crate) fn Failure(
    error: AppError,
    /// Asks once more.
    #[prop(optional, into)]
    again: Option<Callback<()>>,
    /// The role that it takes to see the page, where it is one.
    #[prop(optional_no_strip)]
    role: Option<Role>,
) -> impl IntoView {
    let title = match &error {
        AppError::Unauthenticated => "Your session has ended",
        AppError::Forbidden => "Not allowed",
        AppError::NotFound => "Nothing here",
        AppError::Invalid(_) | AppError::Malformed => "This address does not work",
        AppError::Refused(_)
        | AppError::KeyReused
        | AppError::Stale(_)
        | AppError::OtherPerson(_)
        | AppError::TooLarge => "Not done",
        AppError::Unavailable => "Muster is not available just now",
        AppError::TimedOut => "That took too long",
        AppError::Internal { .. } => "Something went wrong on our side",
        AppError::Unreachable => "No connection",
    };
    let ended = error == AppError::Unauthenticated;
    Effect::new(move |_| {
        if ended {
            browser::sign_in_again();
        }
    });
    let passing = matches!(error, AppError::Unavailable | AppError::TimedOut | AppError::Unreachable);
    let forbidden = error == AppError::Forbidden;
    let sentence = match (&error, role) {
        (AppError::Forbidden, Some(role)) => {
            format!("This page is for the role {role}, and you do not have it.")
        }
        (error, _) => sentence(error),
    };
    view! {
        <Title text=title />
        <div class="page narrow">
            <section class="message">
                <h1>{title}</h1>
                <p>{sentence}</p>
                {forbidden.then(|| view! { <RoleHelp /> })}
                <WayOut error=error />
                {again.filter(|_| passing).map(|again| view! { <Again again=again /> })}
            </section>
        </div>
    }
    .into_any()
}

fn sentence(error: &AppError) -> String {
    match error {
        AppError::Invalid(faults) => {
            faults.iter().map(|fault| format!("“{}” {}.", fault.field, fault.why)).collect::<Vec<_>>().join(" ")
        }
        AppError::Unavailable => "Its records cannot be reached. Try again in a moment.".to_owned(),
        other => other.to_string(),
    }
}

/// The address that is open now, without its fragment.
fn here() -> String {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    if search.is_empty() { path } else { format!("{path}?{search}") }
}

/// Asks once more: without a script by opening the page anew, with one in place.
#[component]
fn Again(again: Callback<()>) -> impl IntoView {
    let ask = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        again.run(());
    };
    view! {
        <p>
            <a class="button" href=here() on:click=ask>
                "Try again"
            </a>
        </p>
    }
    .into_any()
}

#[component]
fn WayOut(error: AppError) -> impl IntoView {
    let here = here();
    let (words, href) = match error {
        AppError::Unauthenticated => ("Sign in", routes::sign_in(&here)),
        AppError::Forbidden => ("Go to the start page", routes::START.to_owned()),
        _ => ("Go to the incidents", routes::INCIDENTS.to_owned()),
    };
    let external = href.starts_with(routes::SIGN_IN).then_some("external");
    view! {
        <p>
            <a class="button primary" href=href rel=external>
                {words}
            </a>
        </p>
    }
    .into_any()
}

/// Which roles there are and who can grant one.
#[component]
pub(crate) fn RoleHelp() -> impl IntoView {
    let role = |role: Role| {
        let does = match role {
            Role::Admin => "does everything with incidents, sees restricted ones, and can sign people out",
            Role::IncidentManager => "does everything with incidents: closes, reopens, restricts",
            Role::Responder => "declares incidents and works on them",
            Role::Viewer => "reads incidents",
            Role::Auditor => "reads everything, restricted incidents included, and changes nothing",
        };
        view! {
            <div>
                <dt>{role.as_str()}</dt>
                <dd>{does}</dd>
            </div>
        }
    };
    view! {
        <p>
            "Roles are assigned by your organisation's administrator, where it keeps its accounts; in Microsoft Entra ID, in the enterprise application Muster. After a role was granted, sign out and in again."
        </p>
        <dl class="roles">{Vec::from(Role::ALL.map(role))}</dl>
    }
    .into_any()
}
