//! Where the focus goes when a page is changed without a reload: to the new page, so that it is read out.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::browser;

/// Moves the focus to the content whenever another page is opened.
#[component]
pub(crate) fn FocusOnArrival() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            browser::focus("main");
        }
        now
    });
}
