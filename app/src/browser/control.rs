//! One control of a form: what it was drawn with, and what somebody has made of it since.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Whether it says something else than it was drawn with.
pub(super) fn is_touched(control: &Element) -> bool {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        if is_ticked(input) {
            input.checked() != input.default_checked()
        } else {
            input.value() != input.default_value()
        }
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        lines(&area.value()) != drawn(area)
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        let option = |which: &str| select.query_selector(which).ok().flatten();
        let drawn = option("option[selected]").or_else(|| option("option"));
        drawn.is_some_and(|drawn| drawn.get_attribute("value").unwrap_or_default() != select.value())
    } else {
        false
    }
}

/// Gives it back what it said before. What somebody has made of it since it was drawn stays: a choice as it is, a text
/// behind the one that comes back. Says whether anything can be seen of it.
pub(super) fn give_back(control: &Element, value: &str) -> bool {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        let now = input.value();
        let joined = joined(&input.default_value(), &now, value, " ");
        if joined != now {
            input.set_value(&joined);
        }
        joined != now && input.type_() != "hidden"
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        let now = lines(&area.value());
        let joined = joined(&drawn(area), &now, &lines(value), "\n");
        if joined != now {
            area.set_value(&joined);
        }
        joined != now
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>()
        && !is_touched(control)
        && select.value() != value
    {
        select.set_value(value);
        true
    } else {
        false
    }
}

/// The same for a box.
pub(super) fn tick_back(tick: &HtmlInputElement, ticked: bool) -> bool {
    let changes = !is_touched(tick) && tick.checked() != ticked;
    if changes {
        tick.set_checked(ticked);
    }
    changes
}

pub(super) fn is_ticked(input: &HtmlInputElement) -> bool {
    matches!(input.type_().as_str(), "checkbox" | "radio")
}

/// What comes back, and behind it what was typed since. A browser may have brought the text back by itself.
fn joined(drawn: &str, now: &str, before: &str, between: &str) -> String {
    let typed = now.strip_prefix(drawn).unwrap_or(now);
    if typed.is_empty() {
        before.to_owned()
    } else if now.starts_with(before) {
        now.to_owned()
    } else {
        format!("{before}{between}{typed}")
    }
}

fn drawn(area: &HtmlTextAreaElement) -> String {
    // It can always be read.
    lines(&area.default_value().unwrap_or_default())
}

/// With the ends of lines that a control gives them.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn nothing_that_was_typed_is_lost() {
        assert_eq!(joined("", "", "before", " "), "before");
        assert_eq!(joined("", "since", "before", " "), "before since");
        assert_eq!(joined("", "since", "", " "), "since");
        assert_eq!(joined("drawn", "drawn", "before", " "), "before");
        assert_eq!(joined("drawn", "drawn!", "drawn before", " "), "drawn before !");
        assert_eq!(joined("drawn", "since", "before", " "), "before since");
        assert_eq!(joined("drawn", "", "before", " "), "before");
    }

    #[test]
    fn what_the_browser_brought_back_is_not_there_twice() {
        assert_eq!(joined("", "before", "before", " "), "before");
        assert_eq!(joined("", "before and more", "before", " "), "before and more");
    }
}
