//! Where signing out ends.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::routes;

/// Says that the session is over.
#[component]
pub(crate) fn SignedOutPage() -> impl IntoView {
    Effect::new(|_| crate::drafts::forget_others(None));
    view! {
        <Title text="Signed out" />
        <div class="page narrow">
            <section class="message">
                <h1>"You are signed out"</h1>
                <p>
                    "Your session in this browser is over. On a shared computer, close the browser as well."
                </p>
                <p>
                    <a
                        class="button primary"
                        href=routes::sign_in(routes::INCIDENTS)
                        rel="external"
                    >
                        "Sign in again"
                    </a>
                </p>
            </section>
        </div>
    }
    .into_any()
}
