//! Menus made of `details`: the browser opens them; a click elsewhere or Escape closes them.

use leptos::html::Details;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlElement, Node};

/// Closes the menu when somebody is done with it.
pub(crate) fn close_when_left(menu: NodeRef<Details>) {
    Effect::new(move |before: Option<()>| {
        if before.is_some() {
            return;
        }
        let elsewhere = window_event_listener(leptos::ev::click, move |event| {
            let clicked = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            if let Some(menu) = menu.get_untracked()
                && !menu.contains(clicked.as_ref())
            {
                menu.set_open(false);
            }
        });
        let escape = window_event_listener(leptos::ev::keydown, move |event| {
            if let Some(menu) = menu.get_untracked()
                && event.key() == "Escape"
                && menu.open()
            {
                menu.set_open(false);
                if let Ok(Some(summary)) = menu.query_selector("summary") {
                    // The focus goes back to where the menu was opened.
                    let _ = summary.unchecked_into::<HtmlElement>().focus();
                }
            }
        });
        on_cleanup(move || {
            elsewhere.remove();
            escape.remove();
        });
    });
}
