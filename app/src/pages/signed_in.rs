//! Where signing in in a window of its own ends.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::routes;
use crate::watch::Watch;

/// Says that it is done; the page that asked for it has heard of it by then. The window closes itself where it may.
#[component]
pub(crate) fn SignedInPage() -> impl IntoView {
    let watch = use_context::<Watch>();
    Effect::new(move |_| {
        if let Some(watch) = watch {
            watch.tell_others();
        }
        // A window that somebody opened by hand stays open.
        let _ = window().close();
    });
    view! {
        <Title text="Signed in" />
        <div class="page narrow">
            <section class="message">
                <h1>"You are signed in"</h1>
                <p>"Close this window and go on where you were."</p>
                <p>
                    <a class="button" href=routes::INCIDENTS>
                        "Go to the incidents"
                    </a>
                </p>
            </section>
        </div>
    }
    .into_any()
}
