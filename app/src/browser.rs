//! What pages ask of the browser. Called from event handlers and effects only, which never run on the server.

mod control;
mod form;

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use crate::routes;

pub(crate) use form::{action_of, fill, fold, form_of, forms, is_touched, on, pairs_of, tick};

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

/// Opens a window of its own; false if the browser keeps it from opening.
pub(crate) fn open_window(path: &str) -> bool {
    let opened = window().open_with_url_and_target_and_features(path, "muster-sign-in", "popup,width=520,height=680");
    opened.ok().flatten().is_some()
}

/// Draws the page anew.
pub(crate) fn reload() {
    // A browser that refuses to reload leaves the page as it is.
    let _ = window().location().reload();
}

/// Milliseconds since 1970, by this machine's clock.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// A number from 0 up to 1, of no use for secrets.
pub(crate) fn chance() -> f64 {
    js_sys::Math::random()
}

/// A name that no other tab has. No secret.
pub(crate) fn random_id() -> String {
    format!("{:x}-{:x}", chance().to_bits(), now().to_bits())
}

/// Whether there is an element like this.
pub(crate) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Whether the page has been scrolled.
pub(crate) fn is_scrolled() -> bool {
    window().scroll_y().is_ok_and(|y| y > 0.0)
}

/// Whether nobody can see the page.
pub(crate) fn is_hidden() -> bool {
    document().hidden()
}

/// Whether the browser believes that it has a network.
pub(crate) fn is_online() -> bool {
    window().navigator().on_line()
}
