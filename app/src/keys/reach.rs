//! The links and buttons that keys lead to, as they stand on the page. Whatever somebody may not do is not there.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, Node, NodeList};

use super::matching::{Entry, Group, Target};
use super::meaning::Place;

/// Tells the controls of the page apart that the palette offers.
const MARK: &str = "data-jump";
const ROWS: &str = "table.incidents tbody a";

fn places(group: Group) -> &'static str {
    match group {
        Group::Go => ".top > .brand, .top > nav a, .top > .declare, .account .sheet a",
        // A step that asks for something is opened; its button inside is not offered beside it.
        Group::Here => {
            "main .composer textarea, main .steps button[type='submit']:not(.step button), main .step > summary, \
             main .steps a.button, main .pager a"
        }
        Group::Incidents => ROWS,
    }
}

fn selector(place: Place) -> &'static str {
    match place {
        Place::Declare => ".top > .declare",
        Place::Note => "main .composer textarea",
        Place::Edit => "main .steps a.button[href$='/edit']",
        Place::Incidents => ".top > nav a[href='/incidents']",
        Place::Sessions => ".account a[href='/sessions']",
    }
}

/// What the palette offers on the page as it is now.
pub(super) fn entries() -> Vec<Entry> {
    for old in all(&format!("[{MARK}]")) {
        // An attribute of this name can always be removed.
        let _ = old.remove_attribute(MARK);
    }
    let mut entries = Vec::new();
    let mut mark = 0;
    for group in Group::ALL {
        for element in all(places(group)) {
            let label = label(&element);
            if !label.is_empty() {
                let _ = element.set_attribute(MARK, &mark.to_string());
                entries.push(Entry { group, label, target: Target::Control(mark) });
                mark += 1;
            }
        }
        if group == Group::Go {
            let label = "Keyboard shortcuts".to_owned();
            entries.push(Entry { group, label, target: Target::Help });
        }
    }
    entries
}

fn label(element: &Element) -> String {
    if element.tag_name().eq_ignore_ascii_case("textarea") {
        return "Write a note".to_owned();
    }
    if element.class_list().contains("brand") {
        return "Start".to_owned();
    }
    let own = text(element);
    let title = element.closest("tr").ok().flatten().and_then(|row| row.query_selector(".title").ok().flatten());
    title.map_or(own.clone(), |title| format!("{own} {}", text(&title)))
}

fn text(element: &Node) -> String {
    element.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Goes to the control under this mark. One that was drawn anew meanwhile has lost it, and nothing happens.
pub(super) fn marked(mark: u32) {
    if let Some(element) = all(&format!("[{MARK}='{mark}']")).next() {
        go_to(&element);
    }
}

/// Goes to what stands on the page for this place; false if nothing does.
pub(super) fn place(place: Place) -> bool {
    let found = all(selector(place)).next();
    if let Some(element) = &found {
        go_to(element);
    }
    found.is_some()
}

/// Follows a link and opens what folds. Any other control takes the focus and waits to be pressed: what it does goes on
/// record.
fn go_to(element: &HtmlElement) {
    let parent = element.parent_element();
    let mut around = parent.and_then(|parent| parent.closest("details:not([open])").ok().flatten());
    match element.tag_name().to_ascii_lowercase().as_str() {
        "a" => element.click(),
        tag => {
            let own = element.parent_element().filter(|_| tag == "summary");
            if own.is_some_and(|details| !details.has_attribute("open")) {
                element.click();
                around =
                    around.and_then(|details| details.parent_element()?.closest("details:not([open])").ok().flatten());
            }
            while let Some(details) = around {
                let _ = details.set_attribute("open", "");
                around = details.closest("details:not([open])").ok().flatten();
            }
            // What cannot take the focus leaves it where it is.
            let _ = element.focus();
        }
    }
}

/// Moves from row to row in the list; false if there is none.
pub(super) fn step(down: bool) -> bool {
    let rows: Vec<_> = all(ROWS).collect();
    let focused = document().active_element();
    let at = rows.iter().position(|row| focused.as_ref().is_some_and(|focused| row.is_same_node(Some(focused))));
    let Some(last) = rows.len().checked_sub(1) else {
        return false;
    };
    let next = match at {
        None if down => 0,
        None => last,
        Some(at) if down => (at + 1).min(last),
        Some(at) => at.saturating_sub(1),
    };
    let _ = rows[next].focus();
    true
}

/// Whether keys go into a field there.
pub(super) fn is_field(element: Option<&Element>) -> bool {
    const FIELDS: &str = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
    element.is_some_and(|element| element.closest(FIELDS).ok().flatten().is_some())
}

/// Whether something lies over the page that has the keys for itself.
pub(super) fn is_covered() -> bool {
    all("dialog[open]").next().is_some()
}

fn all(selector: &str) -> impl Iterator<Item = HtmlElement> {
    let found: Option<NodeList> = document().query_selector_all(selector).ok();
    let count = found.as_ref().map_or(0, NodeList::length);
    (0..count).filter_map(move |at| found.as_ref()?.item(at)?.dyn_into().ok())
}
