//! The palette: a field and what fits, over the page ("Combobox Pattern", WAI-ARIA Authoring Practices).

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Ul;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlDialogElement, HtmlElement};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::help::Help;
use super::matching::Group;
use super::state::Keys;
use crate::hydration::part;

const LIST: &str = "palette-list";
const NAME: &str = "Search or jump";

/// The way in for those who use a pointer. It needs a script, and shows itself only where there is one.
#[component]
pub(crate) fn OpenPalette() -> impl IntoView {
    let keys = use_context::<Keys>()?;
    let view = view! {
        <button
            type="button"
            class="button quiet jump"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |_| keys.toggle_palette()
        >
            <svg viewBox="0 0 16 16" aria-hidden="true">
                <circle cx="7" cy="7" r="4.500" />
                <path d="M10.500 10.500 14 14" />
            </svg>
            <span class="words">"Search or jump…"</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
    };
    Some(view.into_any())
}

/// The palette and the sheet of shortcuts, both closed.
#[component]
pub(crate) fn KeysOfPage() -> impl IntoView {
    let keys = use_context::<Keys>()?;
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            keys.listen();
        }
    });
    let view = view! {
        <Palette keys=keys />
        <Help keys=keys />
    };
    Some(view.into_any())
}

#[component]
fn Palette(keys: Keys) -> impl IntoView {
    part(move || {
        let navigate = use_navigate();
        let go = Callback::new(move |at: usize| {
            keys.choose(at, |path| navigate(path, NavigateOptions::default()));
        });
        let list = NodeRef::<Ul>::new();
        Effect::new(move || {
            let at = keys.active.get();
            if let Some(list) = list.get_untracked() {
                show(&list, at);
            }
        });
        let key = move |event: KeyboardEvent| {
            if event.is_composing() {
                return;
            }
            match event.key().as_str() {
                "ArrowDown" => keys.step(true),
                "ArrowUp" => keys.step(false),
                "Enter" => go.run(keys.active.get_untracked()),
                _ => return,
            }
            event.prevent_default();
        };
        let nothing = move || keys.found.with(Vec::is_empty);
        view! {
            <dialog
                class="palette"
                aria-label=NAME
                node_ref=keys.palette
                on:click=|event| close_from_outside(&event)
                on:close=move |_| keys.closed()
            >
                <div class="inside">
                    <input
                        type="text"
                        role="combobox"
                        aria-label=NAME
                        placeholder="A page, an action, or INC-12"
                        autocomplete="off"
                        spellcheck="false"
                        aria-autocomplete="list"
                        aria-controls=LIST
                        aria-expanded=move || (!nothing()).to_string()
                        aria-activedescendant=move || (!nothing()).then(|| option_id(keys.active.get()))
                        prop:value=move || keys.text.get()
                        on:input=move |event| keys.typed(event_target_value(&event))
                        on:keydown=key
                    />
                    <ul role="listbox" id=LIST aria-label="Matches" hidden=nothing node_ref=list>
                        {move || Group::ALL.map(|group| group_of(keys, group, go)).collect_view()}
                    </ul>
                    <p class="none" hidden=move || !nothing()>
                        "Nothing matches. The number of an incident, such as INC-12, leads to it."
                    </p>
                    <p class="unseen" aria-live="polite" aria-atomic="true">
                        {move || keys.calm.words()}
                    </p>
                </div>
            </dialog>
        }
        .into_any()
    })
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

/// The entries of one group, if there are any. They are counted through all groups.
fn group_of(keys: Keys, group: Group, go: Callback<usize>) -> Option<AnyView> {
    let found = keys.found.get();
    let options = found.into_iter().enumerate().filter(|(_, entry)| entry.group == group);
    let options: Vec<_> = options
        .map(|(at, entry)| {
            view! {
                <li
                    role="option"
                    id=option_id(at)
                    aria-selected=move || (keys.active.get() == at).to_string()
                    // The field keeps the focus.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| go.run(at)
                >
                    {entry.label}
                </li>
            }
        })
        .collect();
    let heading = format!("palette-group-{}", group as u8);
    let view = (!options.is_empty()).then(|| {
        view! {
            <li role="group" aria-labelledby=heading.clone()>
                <span class="group" id=heading.clone() role="presentation">
                    {group.label()}
                </span>
                <ul role="none">{options}</ul>
            </li>
        }
    });
    view.map(IntoAny::into_any)
}

/// A click beside it: what lies around the inside is the dialog itself.
pub(super) fn close_from_outside(event: &MouseEvent) {
    let (target, dialog) = (event.target(), event.current_target());
    if target == dialog
        && let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok())
    {
        dialog.close();
    }
}

/// Scrolls the list, and nothing else, so that the option can be seen.
fn show(list: &Element, at: usize) {
    let option = list.query_selector(&format!("#{}", option_id(at))).ok().flatten();
    let Some(option) = option.and_then(|option| option.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
    if at == 0 {
        list.set_scroll_top(0);
    } else if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
