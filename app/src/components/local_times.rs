//! Turns the times of a page from UTC into the reader's own. One observer does it for all of them, so that a row stays
//! a pure function of its data. It changes the text inside the node that Leptos made and leaves the node in place.

use js_sys::{Array, Date};
use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, MutationObserver, MutationObserverInit};

use super::time::ago;

/// Starts after hydration and goes on for as long as the app is open.
pub(crate) fn localise_times() {
    Effect::new(|_| {
        say_all();
        let changed = Closure::<dyn FnMut(Array)>::new(|_| say_all());
        if let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref())
            && let Some(body) = document().body()
        {
            let what = MutationObserverInit::new();
            what.set_child_list(true);
            what.set_character_data(true);
            what.set_subtree(true);
            // The options above are valid, which is all that can be wrong here.
            let _ = observer.observe_with_options(&body, &what);
        }
        changed.forget();
        set_interval(say_all, std::time::Duration::from_mins(1));
    });
}

fn say_all() {
    let Ok(times) = document().query_selector_all("time.time") else {
        return;
    };
    for at in 0..times.length() {
        if let Some(time) = times.item(at).and_then(|node| node.dyn_into().ok()) {
            say(&time);
        }
    }
}

fn say(time: &Element) {
    let Some(datetime) = time.get_attribute("datetime") else {
        return;
    };
    let date = Date::new(&JsValue::from_str(&datetime));
    let local = minutes(&date);
    let elapsed = (Date::now() - date.get_time()) / 1_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted, and a cast saturates")]
    let words = (time.class_list().contains("ago")).then(|| ago(elapsed as i64)).flatten();
    let words = words.unwrap_or_else(|| local.clone());
    let Some(text) = time.first_child() else {
        return;
    };
    // Writing what is there already would wake the observer again, for ever.
    if text.node_value().as_deref() != Some(words.as_str()) {
        text.set_node_value(Some(&words));
        let (day, clock) = datetime.split_at_checked(10).unwrap_or_default();
        let clock = clock.get(1..9).unwrap_or_default();
        let exact = format!("{local} your time, {day} {clock} UTC");
        // Any attribute can hold any text.
        let _ = time.set_attribute("title", &exact);
    }
}

fn minutes(date: &Date) -> String {
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}
