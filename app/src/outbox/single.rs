//! One tab at a time sends ("Web Locks API"), and the others hear that the queue is another one now. `web-sys` has the
//! calls for locks behind a build flag, so they are looked up by name.

use js_sys::futures::{JsFuture, future_to_promise};
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "muster-outbox";

/// Does the work when it is this tab's turn. A tab that is closed gives its turn to the next.
pub(super) fn in_turn(work: impl Future<Output = ()> + 'static) {
    let Some((locks, request)) = locks() else {
        // The server takes each note once, whoever sends it.
        spawn_local(work);
        return;
    };
    let granted = Closure::once_into_js(move || {
        future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    let held = request.call2(&locks, &JsValue::from_str(NAME), &granted);
    if let Some(held) = held.ok().and_then(|held| held.dyn_into::<Promise>().ok()) {
        spawn_local(async move {
            // A page that is being left gets no turn.
            let _ = JsFuture::from(held).await;
        });
    }
}

fn locks() -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&window().navigator(), &JsValue::from_str("locks")).ok()?;
    let request = Reflect::get(&locks, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    Some((locks, request))
}

/// Tells every tab that the queue has changed, this one included.
pub(super) fn tell() {
    // Where there is no such channel, other tabs look when something else makes them.
    if let Ok(channel) = BroadcastChannel::new(NAME) {
        let _ = channel.post_message(&JsValue::TRUE);
        channel.close();
    }
}

/// Runs whenever the queue has changed, for as long as the page is open.
pub(super) fn on_change(run: impl Fn() + 'static) {
    if let Ok(channel) = BroadcastChannel::new(NAME) {
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |_| run());
        channel.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        listen.forget();
        // The channel must not be collected while the page is open.
        std::mem::forget(channel);
    }
}
