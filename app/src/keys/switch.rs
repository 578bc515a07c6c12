//! Whether single keys mean anything: a preference of this browser, on until somebody turns it off (WCAG 2.2, 2.1.4).

use leptos::prelude::window;
use leptos::web_sys::Storage;

const NAME: &str = "muster-single-keys";

/// On, unless it was turned off here.
pub(super) fn is_on() -> bool {
    storage().and_then(|storage| storage.get_item(NAME).ok().flatten()).as_deref() != Some("off")
}

/// Kept for the next page. A browser that keeps nothing has it on again there.
pub(super) fn turn(on: bool) {
    if let Some(storage) = storage() {
        let _ = if on { storage.remove_item(NAME) } else { storage.set_item(NAME, "off") };
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
