//! Who leads: whoever holds a lock of the browser ("Web Locks API"). It goes to the next tab when this one is closed, however
//! that comes about. `web-sys` has these calls behind a build flag, so they are looked up by name.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Sets `leads` once the lock is this tab's, and takes it back when another one takes the lock away; then waits anew.
pub(super) fn wait_for(name: &'static str, leads: RwSignal<bool>) {
    hold(name, false, leads);
}

/// Takes the lock away from whoever has it.
pub(super) fn take(name: &'static str, leads: RwSignal<bool>) {
    hold(name, true, leads);
}

fn hold(name: &'static str, steal: bool, leads: RwSignal<bool>) {
    spawn_local(async move {
        let Some(held) = request(name, steal, leads) else {
            // A browser without locks: each tab speaks for itself.
            leads.set(true);
            return;
        };
        // Comes to an end only when the lock is taken away.
        let _ = JsFuture::from(held).await;
        let led = leads.get_untracked();
        leads.set(false);
        // Whoever took the lock has waited for it before, and does so still.
        if led && !steal {
            wait_for(name, leads);
        }
    });
}

/// Asks for the lock; the promise ends with the hold.
fn request(name: &str, steal: bool, leads: RwSignal<bool>) -> Option<Promise> {
    let locks = Reflect::get(&window().navigator(), &JsValue::from_str("locks")).ok()?;
    let request: Function = Reflect::get(&locks, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("steal"), &JsValue::from_bool(steal)).ok()?;
    let granted = Closure::once_into_js(move || {
        leads.set(true);
        // Held until it is taken away: this never comes to an end.
        Promise::new(&mut |_, _| {})
    });
    request.call3(&locks, &JsValue::from_str(name), &options, &granted).ok()?.dyn_into().ok()
}
