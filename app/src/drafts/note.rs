//! The line that says that a text is back, with a way to be rid of it.

use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::HtmlFormElement;

use super::forget;
use crate::browser;

/// Puts the line on top of the form. Made by hand: the form was drawn, and taken over, without it.
pub(super) fn put(form: &HtmlFormElement) {
    // Each of these can only fail for a name that is none.
    let _ = try_put(form);
}

/// What it speaks of is not there any more.
pub(super) fn take_away(form: &HtmlFormElement) {
    if let Ok(Some(line)) = form.query_selector(".draft-note") {
        line.remove();
    }
}

fn try_put(form: &HtmlFormElement) -> Result<(), JsValue> {
    let (line, discard) = (document().create_element("p")?, document().create_element("button")?);
    line.set_class_name("draft-note");
    line.set_attribute("aria-live", "polite")?;
    line.set_text_content(Some("What you had typed here before is back. "));
    discard.set_attribute("type", "button")?;
    discard.set_class_name("button quiet");
    discard.set_text_content(Some("Discard it"));
    let target = form.clone();
    let gone = Closure::once_into_js(move || {
        forget(&target);
        browser::reload();
    });
    discard.add_event_listener_with_callback("click", gone.unchecked_ref())?;
    line.append_child(&discard)?;
    form.insert_before(&line, form.first_child().as_ref())?;
    Ok(())
}
