//! Forms as they stand on the page.

use leptos::prelude::document;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, Event, EventInit, FormData, HtmlFormElement, HtmlInputElement, SubmitEvent};

use super::control;
use crate::forms::Pairs;

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

/// The forms of the page that are posted somewhere.
pub(crate) fn forms() -> Vec<HtmlFormElement> {
    let Ok(found) = document().query_selector_all("main form[method=post]") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Where a form is posted to, as a path.
pub(crate) fn action_of(form: &HtmlFormElement) -> String {
    form.get_attribute("action").unwrap_or_default()
}

/// Runs `then` whenever this happens in the form, for as long as the form is there.
pub(crate) fn on(form: &HtmlFormElement, event: &str, then: impl FnMut() + 'static) {
    let listener = Closure::<dyn FnMut()>::new(then);
    // Events of elements can be listened to.
    let _ = form.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Puts values back into the controls they came from. What the page has no control for is left out. Says whether anything can be
/// seen of it.
pub(crate) fn fill(form: &HtmlFormElement, pairs: &[(String, String)]) -> bool {
    let mut left: Vec<_> = pairs.iter().collect();
    let mut seen = false;
    for control in controls(form) {
        let Some(name) = control.get_attribute("name") else { continue };
        if let Some(tick) = control.dyn_ref::<HtmlInputElement>().filter(|input| control::is_ticked(input)) {
            let ticked = pairs.iter().any(|(other, value)| *other == name && *value == tick.value());
            seen |= control::tick_back(tick, ticked);
        } else if let Some(found) = left.iter().position(|(other, _)| *other == name) {
            seen |= control::give_back(&control, &left.remove(found).1);
        } else {
            continue;
        }
        tell(&control);
    }
    seen
}

/// Whether the form says something else than it was drawn with.
pub(crate) fn is_touched(form: &HtmlFormElement) -> bool {
    controls(form).iter().any(control::is_touched)
}

fn controls(form: &HtmlFormElement) -> Vec<Element> {
    let controls = form.elements();
    (0..controls.length()).filter_map(|at| controls.item(at)).collect()
}

/// Whatever on the page depends on the control hears of its value.
fn tell(control: &Element) {
    let bubbles = EventInit::new();
    bubbles.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("change", &bubbles) {
        // Nobody stops this event.
        let _ = control.dispatch_event(&event);
    }
}
