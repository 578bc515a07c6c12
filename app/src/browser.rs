//! What pages ask of the browser. Called from event handlers and effects only, which never run on the server.

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{FormData, HtmlElement, HtmlFormElement, HtmlInputElement, SubmitEvent};

use crate::forms::Pairs;
use crate::routes;

/// The form an event came from.
pub(crate) fn form_of(event: &SubmitEvent) -> Option<HtmlFormElement> {
    event.current_target()?.dyn_into().ok()
}

/// The fields of a form as the browser would post them. Files are left out: no form has any.
pub(crate) fn pairs_of(form: &HtmlFormElement) -> Pairs {
    let entries = FormData::new_with_form(form).ok().and_then(|data| js_sys::try_iter(&data).ok().flatten());
    let pair = |entry: JsValue| {
        let entry: js_sys::Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    Pairs::new(entries.into_iter().flatten().filter_map(|entry| pair(entry.ok()?)).collect())
}

/// Closes the menu around a form.
pub(crate) fn fold(form: &HtmlFormElement) {
    let mut around = form.closest("details[open]").ok().flatten();
    while let Some(details) = around {
        // Removing an attribute cannot fail.
        let _ = details.remove_attribute("open");
        around = details.closest("details[open]").ok().flatten();
    }
}

/// Ticks the box of this name and value; false if there is none.
pub(crate) fn tick(name: &str, value: &str) -> bool {
    let found = document().query_selector(&format!("input[name='{name}'][value='{value}']")).ok().flatten();
    let Some(tick_box) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) else {
        return false;
    };
    tick_box.set_checked(true);
    true
}

/// Moves the focus to an element of the page.
pub(crate) fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Moves the focus to an element if it has fallen to the document, as when the button that had it is drawn anew.
pub(crate) fn focus_if_lost(id: &str) {
    let lost = document().active_element().is_none_or(|element| element.tag_name().eq_ignore_ascii_case("body"));
    if lost {
        focus(id);
    }
}

/// Leaves for a page that the server draws anew.
pub(crate) fn leave_for(path: &str) {
    // A browser that refuses to navigate leaves the page as it is.
    let _ = window().location().assign(path);
}

/// Leaves for the sign-in, to come back to the address that is open now.
pub(crate) fn sign_in_again() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    // A browser that refuses to navigate leaves the page as it is, with its sign-in link.
    let _ = location.assign(&routes::sign_in(&path));
}
