//! The document around the app.

use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::ssr::Assets;

/// The whole document. The tags that start hydration are ours: those of Leptos 0.8 put the nonce into `crossorigin`,
/// over which Firefox may drop the preloaded wasm, and read the file of hashes at every request.
#[expect(clippy::needless_pass_by_value, reason = "the shape that leptos_axum asks for")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = Assets::of(&options);
    let nonce = use_nonce();
    // Each part of the page is taken over in a task of its own: in between the browser draws, and hears whoever uses it.
    // Where it has no `yield`, a message is the shortest way to another task: timers wait, in hidden tabs for a second each.
    let start = format!(
        "const turn=()=>self.scheduler?.yield?.()??new Promise(r=>{{\
         const c=new MessageChannel;c.port1.onmessage=r;c.port2.postMessage(0)}});\
         import({js:?}).then(async m=>{{performance.mark('hydration');\
         await m.default({{module_or_path:{wasm:?}}});\
         await turn();m.hydrate();do await turn();while(m.hydrate_next())}})\
         .catch(e=>{{document.getElementById('plain').hidden=false;throw e}})",
        js = assets.js,
        wasm = assets.wasm,
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.css.clone() />
                <link rel="modulepreload" href=assets.js.clone() nonce=nonce.clone() />
                <link
                    rel="preload"
                    href=assets.wasm.clone()
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                <script type="module" nonce=nonce>
                    {start}
                </script>
                <AutoReload options=options.clone() />
                <MetaTags />
            </head>
            <body>
                <App />
                // Behind the app, which takes over the body from its first node on. Says so where the app does not start. What the server drew can be read and sent all the same.
                <p id="plain" class="standing" role="status" hidden>
                    "This page could not start fully. Reading and sending forms works; reload it for the rest."
                </p>
            </body>
        </html>
    }
}
