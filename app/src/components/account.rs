//! The menu of whoever is signed in.

use domain::view::Viewer;
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use super::avatar::Avatar;
use super::close_when_left;
use super::profile::ProfileLine;
use crate::pages::Frame;
use crate::people::my_profile;
use crate::routes;

/// Who is signed in, and what they can do about it. A plain `details`: it opens without a script.
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[component]
pub(crate) fn Account(viewer: Viewer, frame: Frame) -> impl IntoView {
    let Frame { many_organisations, edit_profile, colleagues, operator, .. } = frame;
    let menu = NodeRef::<Details>::new();
    let (asked, profile) = (StoredValue::new(false), RwSignal::new(None));
    let opened = move |_| {
        if colleagues && !asked.get_value() {
            asked.set_value(true);
            spawn_local(async move {
                // What cannot be had is not missed.
                let _ = profile.try_set(Some(my_profile().await.unwrap_or_default()));
            });
        }
    };
    let (name, tenant) = (viewer.name.clone(), viewer.tenant.clone());
    let picture = view! { <Avatar viewer=&viewer photo=colleagues /> };
    close_when_left(menu);
    close_on_arrival(menu);
    view! {
        <details class="menu account" node_ref=menu on:toggle=opened>
            <summary class="button quiet">
                <span class="who">
                    <span class="unseen">"Account of "</span>
                    <span class="name">{viewer.name}</span>
                    <span class="tenant">{viewer.tenant}</span>
                </span>
                {picture}
            </summary>
            <div class="sheet">
                // Where there is no room for it on the button.
                <p class="whose" aria-hidden="true">
                    <span class="name">{name}</span>
                    <span class="tenant">{tenant}</span>
                </p>
                {colleagues.then(|| view! { <ProfileLine profile=profile /> })}
                <a class="button" href=routes::SESSIONS>
                    "Your sessions"
                </a>
                {viewer
                    .may_manage_sessions
                    .then(|| {
                        view! {
                            <a class="button" href=routes::ADMIN_SESSIONS>
                                "Sessions of everyone"
                            </a>
                        }
                    })}
                {operator
                    .then(|| {
                        view! {
                            <a class="button" href=routes::ADMIN_SIGN_IN>
                                "Signing in"
                            </a>
                        }
                    })}
                {edit_profile.then(|| view! { <EditProfile /> })}
                {many_organisations
                    .then(|| {
                        view! {
                            <a class="button" href=routes::ORGANISATIONS>
                                "Switch organisation"
                            </a>
                        }
                    })}
                <form method="post" action=routes::SIGN_OUT>
                    <button type="submit" class="button">
                        "Sign out"
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// To the page of the authority, and back to the one that is open.
#[component]
fn EditProfile() -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <a class="button" href=move || routes::edit_profile(&path.read()) rel="external">
            "Edit profile"
        </a>
    }
    .into_any()
}

/// The bar stays when another page is opened; its menu should not.
fn close_on_arrival(menu: NodeRef<Details>) {
    let location = use_location();
    Effect::new(move |before: Option<(String, String)>| {
        let now = (location.pathname.get(), location.search.get());
        if before.is_some_and(|before| before != now)
            && let Some(menu) = menu.get_untracked()
        {
            menu.set_open(false);
        }
        now
    });
}
