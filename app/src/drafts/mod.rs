//! What somebody has typed and not sent yet, kept until it is sent: over a sign-in, a reload, a crash of the tab. It stays in
//! the tab (`sessionStorage`) and belongs to whoever typed it.

mod cancel;
mod draft;
mod note;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlFormElement, Storage};

pub(crate) use cancel::DropDraft;

use crate::browser;
use crate::forms::Pairs;
use draft::{Draft, PREFIX, key_of, whose};

/// The field that says for whom a form was drawn.
const SHOWN_TO: &str = "shown_to";

/// A directive (`use:kept`) for a form: brings back what was typed into it before, and keeps what is typed from now on.
pub(crate) fn kept(element: Element) {
    let Ok(form) = element.dyn_into::<HtmlFormElement>() else { return };
    // Behind all parts of the page: they find what the server drew, and filling in is heard like somebody's own deed.
    let target = form.clone();
    spawn_local(async move { restore(&target) });
    for event in ["input", "change"] {
        let target = form.clone();
        browser::on(&form, event, move || keep(&target));
    }
}

fn restore(form: &HtmlFormElement) {
    if draft_of(form).is_some_and(|draft| browser::fill(form, draft.pairs())) {
        note::put(form);
    }
    // What was typed before anybody listened.
    if browser::is_touched(form) {
        keep(form);
    }
}

/// Keeps what stands in a form now.
pub(crate) fn keep(form: &HtmlFormElement) {
    let (Some(storage), Some(key)) = (storage(), key(form)) else { return };
    let draft = Draft::of(&browser::pairs_of(form));
    // A storage that is full or switched off keeps nothing; the page itself still does.
    let _ = storage.set_item(&key, &draft.to_text());
}

/// It was sent, or is not wanted any more.
pub(crate) fn forget(form: &HtmlFormElement) {
    note::take_away(form);
    if let (Some(storage), Some(key)) = (storage(), key(form)) {
        let _ = storage.remove_item(&key);
    }
}

/// Keeps nothing of anybody but `viewer`; nothing at all for nobody.
pub(crate) fn forget_others(viewer: Option<domain::UserId>) {
    let Some(storage) = storage() else { return };
    let viewer = viewer.map(|viewer| viewer.to_string());
    let keys: Vec<_> = (0..storage.length().unwrap_or_default())
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter(|key| key.starts_with(PREFIX) && whose(key) != viewer.as_deref())
        .collect();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

/// Whether somebody is in the middle of writing here.
pub(crate) fn on_this_page() -> bool {
    browser::forms().iter().any(|form| draft_of(form).is_some())
}

fn draft_of(form: &HtmlFormElement) -> Option<Draft> {
    let text = storage()?.get_item(&key(form)?).ok().flatten()?;
    Draft::of_text(&text)
}

fn key(form: &HtmlFormElement) -> Option<String> {
    let pairs: Pairs = browser::pairs_of(form);
    let viewer = pairs.text(SHOWN_TO);
    let place = (browser::action_of(form), pairs.text("form"), pairs.text("action"));
    (!viewer.is_empty()).then(|| key_of(&viewer, &place.0, &place.1, &place.2))
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}
