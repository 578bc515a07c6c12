//! Where an administrator sets their organisation up.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::AppError;
use crate::components::loaded;
use crate::json::Json;
use crate::routes;

/// Whether organisations can set themselves up here. Where they cannot, there is no such page.
#[server(endpoint = "onboarding", input = Json, output = Json)]
pub async fn read_onboarding() -> Result<(), AppError> {
    crate::ssr::onboarding().await
}

/// What setting up means, and one button.
#[component]
pub(crate) fn OnboardPage() -> impl IntoView {
    let offered = Resource::new(|| (), |()| read_onboarding());
    view! {
        <Title text="Set up your organisation" />
        {loaded(offered, |()| view! { <SetUp /> })}
    }
    .into_any()
}

#[component]
fn SetUp() -> impl IntoView {
    view! {
        <div class="page narrow">
            <section class="message">
                <h1>"Set up your organisation"</h1>
                <p>
                    "For administrators of an organisation that uses Microsoft Entra ID and is new to Muster."
                </p>
                <ol class="steps">
                    <li>
                        "You approve Muster for your organisation. Microsoft asks you, and shows what Muster may read: who signs in, their name and their address."
                    </li>
                    <li>
                        "You sign in with your own account, so that we know the answer came from your organisation."
                    </li>
                    <li>
                        "In Entra, you give people their roles in Muster. Until then nobody can see or do anything here."
                    </li>
                </ol>
                <p>
                    <a class="button primary" href=routes::admin_consent(routes::START) rel="external">
                        "Continue to Microsoft"
                    </a>
                </p>
                <p class="fine">
                    "You can take the approval back at any time, under Enterprise applications."
                </p>
            </section>
        </div>
    }
    .into_any()
}
