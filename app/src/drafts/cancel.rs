//! The way out of a form.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlFormElement};

use super::forget;

/// Leaves the form, and what was typed into it is not wanted any more.
#[component]
pub(crate) fn DropDraft(href: String) -> impl IntoView {
    let leave = |event: leptos::ev::MouseEvent| {
        let link = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let form = link.and_then(|link| link.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
            forget(&form);
        }
    };
    view! {
        <a class="button quiet" href=href on:click=leave>
            "Cancel"
        </a>
    }
    .into_any()
}
