//! The wasm entry point: takes over the page that the server drew, one part after the other.

mod executor;

use std::cell::Cell;
use std::sync::Arc;

use any_spawner::Executor;
use app::hydration::turns::{Turn, later, next};
use executor::InTurn;
use hydration_context::{HydrateSharedContext, SharedContext};
use leptos::prelude::*;
use leptos::tachys::dom::body;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};

/// What may lead to another page, or meet a part that does not listen yet.
const DEEDS: [&str; 6] = ["click", "keydown", "input", "change", "submit", "popstate"];

thread_local! {
    static SHARED: Arc<HydrateSharedContext> = Arc::new(HydrateSharedContext::new());
    /// Whether a turn has begun and not come to its end. One that fails never does.
    static IN_TURN: Cell<bool> = const { Cell::new(false) };
}

/// Makes the app, which takes nothing over yet. Called once by the script in the page's head.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    IN_TURN.set(true);
    // No executor was set before.
    let _ = Executor::init_local_custom_executor(InTurn);
    whoever_acts_waits_for_nothing();
    let shared: Arc<dyn SharedContext + Send + Sync> = SHARED.with(Arc::clone);
    let owner = Owner::new_root(Some(shared));
    let page = owner.with(|| app::App().into_view());
    later(move || {
        let page = owner.with(|| page.hydrate_from::<true>(&body().into()));
        // Both live as long as the page.
        std::mem::forget((owner, page));
    });
    IN_TURN.set(false);
}

/// Takes over the next part; false once there is no more. Called by the same script, each time in a task of its own.
#[wasm_bindgen]
pub fn hydrate_next() -> bool {
    if IN_TURN.replace(true) {
        wasm_bindgen::throw_str("a part of the page could not be taken over");
    }
    let turn = next();
    IN_TURN.set(false);
    match turn {
        // To be seen in a profile.
        Some(Turn::Part) => mark("part"),
        Some(Turn::Rest) => {}
        None if executor::is_whole() => {}
        None => {
            SHARED.with(|shared| shared.hydration_complete());
            executor::whole();
            // Tests wait for this mark: before it, a click may meet a page that does not listen yet.
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("data-hydrated", "");
            }
        }
    }
    turn.is_some()
}

/// The rest is taken over at once when somebody does something. Heard before anybody else hears of it. Where a turn has failed,
/// the page stays as it is.
fn whoever_acts_waits_for_nothing() {
    let rest = Closure::<dyn Fn()>::new(|| while !IN_TURN.get() && hydrate_next() {});
    for deed in DEEDS {
        let function = rest.as_ref().unchecked_ref();
        let _ = window().add_event_listener_with_callback_and_bool(deed, function, true);
    }
    rest.forget();
}

fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}
