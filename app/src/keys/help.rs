//! The sheet that lists the shortcuts, and the switch that turns the single keys off.

use leptos::prelude::*;

use super::meaning::{ALWAYS, Line, SINGLE};
use super::palette::close_from_outside;
use super::state::Keys;
use crate::hydration::part;

const HEADING: &str = "keys-heading";
const HINT: &str = "keys-hint";

/// Closed until somebody asks for it, and drawn from then on: what a closed one holds is nowhere to be found, and opening
/// it again while it is closing cannot find it empty.
#[component]
pub(super) fn Help(keys: Keys) -> impl IntoView {
    part(move || {
        view! {
            <dialog
                class="keys"
                aria-labelledby=HEADING
                node_ref=keys.help
                on:click=|event| close_from_outside(&event)
            >
                {move || keys.asked_for_help.get().then(|| view! { <Sheet keys=keys /> })}
            </dialog>
        }
        .into_any()
    })
}

#[component]
fn Sheet(keys: Keys) -> impl IntoView {
    let close = move |_| {
        if let Some(help) = keys.help.get_untracked() {
            help.close();
        }
    };
    let turn = move |event| keys.turn(event_target_checked(&event));
    view! {
        <div class="inside">
            <header>
                <h2 id=HEADING>"Keyboard shortcuts"</h2>
                <button type="button" class="button quiet" on:click=close>
                    "Close"
                </button>
            </header>
            <dl>{ALWAYS.map(line).collect_view()}</dl>
            <label class="switch">
                <input type="checkbox" prop:checked=move || keys.single.get() on:change=turn aria-describedby=HINT />
                "Shortcuts of a single key"
            </label>
            <p class="hint" id=HINT>
                "Never while you type into a field. Turn them off if they get in your way, as with speech input."
            </p>
            <dl class:off=move || !keys.single.get()>{SINGLE.map(line).collect_view()}</dl>
        </div>
    }
    .into_any()
}

fn line((keys, words): Line) -> impl IntoView {
    let key = |(at, key): (usize, &&'static str)| {
        view! {
            {(at > 0).then_some(" then ")}
            <kbd>{*key}</kbd>
        }
    };
    view! {
        <div>
            <dt>{words}</dt>
            <dd>{keys.iter().enumerate().map(key).collect_view()}</dd>
        </div>
    }
}
