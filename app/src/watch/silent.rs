//! Asking the authority, in a hidden frame, whether the person is still signed in there (OpenID Connect Core 1.0, section
//! 3.1.2.1, `prompt=none`). The server decides when; the frame's last page says what came of it.

use std::time::Duration;

use js_sys::Reflect;
use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{BroadcastChannel, Element, MessageEvent};

use crate::routes;
use crate::tabs::There;

/// Where the frame reports.
const CHANNEL: &str = "muster-silent";
/// A frame that is refused, or whose cookies are, says nothing at all.
const MOST: Duration = Duration::from_secs(10);

/// Asks once. `seen` runs once: with nothing where nothing could be found out, which is no sign of anything.
pub(super) fn look(seen: impl Fn(Option<There>) + Copy + 'static) {
    let (Ok(channel), Ok(frame)) = (BroadcastChannel::new(CHANNEL), frame()) else {
        seen(None);
        return;
    };
    let over = StoredValue::new(false);
    let (heard_on, shown_in) = (channel.clone(), frame.clone());
    let end = move |there: Option<There>| {
        if !over.try_get_value().unwrap_or(true) {
            over.set_value(true);
            heard_on.close();
            shown_in.remove();
            seen(there);
        }
    };
    let in_vain = end.clone();
    set_timeout(move || in_vain(None), MOST);
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let word = Reflect::get(&event.data(), &JsValue::from_str("result")).ok().and_then(|word| word.as_string());
        end(there(&word.unwrap_or_default()));
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
}

fn frame() -> Result<Element, JsValue> {
    let frame = document().create_element("iframe")?;
    frame.set_attribute("src", routes::SILENT)?;
    frame.set_attribute("title", "Sign-in check")?;
    frame.set_attribute("hidden", "")?;
    document().body().ok_or(JsValue::NULL)?.append_child(&frame)?;
    Ok(frame)
}

/// What a word of the frame means; nothing for one that says it could not find out.
fn there(word: &str) -> Option<There> {
    match word {
        "same" => Some(There::Same),
        "signed_out" => Some(There::Nobody),
        "interaction" => Some(There::AskedForMore),
        "other" => Some(There::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_found_out_says_nothing() {
        assert_eq!(there("signed_out"), Some(There::Nobody));
        for nothing in ["unknown", "later", "", "{}"] {
            assert_eq!(there(nothing), None, "{nothing}");
        }
    }
}
