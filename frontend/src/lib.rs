//! The wasm entry point: takes over the page that the server drew.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script in the page's head.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // Tests wait for this mark: before it, a click may meet a page that does not listen yet.
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
