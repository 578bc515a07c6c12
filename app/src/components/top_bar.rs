//! The bar on top of every page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::account::Account;
use crate::hydration::part;
use crate::keys::OpenPalette;
use crate::pages::Frame;
use crate::routes;

/// The mark and the name, leading to the start page. For a stranger the server draws that page anew: they may call no
/// server function.
#[component]
pub(crate) fn Brand(stranger: bool) -> impl IntoView {
    view! {
        <a class="brand" href=routes::START rel=stranger.then_some("external")>
            <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M3 20V6.500L12 3l9 3.500V20h-4.500V11L12 9.200 7.500 11v9z" />
                <circle cx="12" cy="16.500" r="2.500" />
            </svg>
            <span>"Muster"</span>
        </a>
    }
    .into_any()
}

/// Says that accounts are not real ones.
#[component]
pub(crate) fn DevelopmentBanner() -> impl IntoView {
    view! {
        <aside class="banner" aria-label="Development sign-in">
            <strong>"Development sign-in."</strong>
            " Accounts come from a stand-in on this machine; anybody here can use them."
        </aside>
    }
    .into_any()
}

/// Brand, navigation, and who is signed in.
#[component]
pub(crate) fn TopBar(frame: Frame) -> impl IntoView {
    let viewer = frame.viewer.clone();
    let may_read = viewer.as_ref().is_some_and(|viewer| viewer.may_read);
    let may_declare = viewer.as_ref().is_some_and(|viewer| viewer.may_declare);
    part(move || {
        view! {
            <header class="top">
                <Brand stranger=viewer.is_none() />
                <nav aria-label="Main">
                    {may_read.then(|| view! { <NavLink href=routes::INCIDENTS words="Incidents" /> })}
                </nav>
                {viewer.is_some().then(|| view! { <OpenPalette /> })}
                {may_declare
                    .then(|| {
                        view! {
                            <a class="button primary declare" href=routes::DECLARE>
                                "Declare"
                                <span class="wide-only">" incident"</span>
                            </a>
                        }
                    })}
                {viewer
                    .map(|viewer| {
                        view! { <Account viewer=viewer frame=frame /> }
                    })}
            </header>
        }
        .into_any()
    })
}

#[component]
fn NavLink(href: &'static str, words: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || (path.read().as_str() == href).then_some("page");
    view! {
        <a href=href aria-current=current>
            {words}
        </a>
    }
    .into_any()
}
