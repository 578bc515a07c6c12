//! The organisations that a person can switch between.

use domain::view::OrganisationView;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::AppError;
use crate::components::loaded;
use crate::json::Json;
use crate::routes;

/// The organisations in which the person has been seen and which are let in, the current one among them.
#[server(endpoint = "organisations/list", input = Json, output = Json)]
pub async fn list_organisations() -> Result<Vec<OrganisationView>, AppError> {
    let request = crate::ssr::request()?;
    let listed = request.services.tenants.organisations_of(&request.caller).await;
    listed.map_err(|error| request.fail(error))
}

/// One link for each other organisation. A switch is a sign-in there, so it is a link for the browser and no script.
#[component]
pub(crate) fn OrganisationsPage() -> impl IntoView {
    let organisations = Resource::new(|| (), |()| list_organisations());
    view! {
        <Title text="Switch organisation" />
        <div class="page narrow">
            <h1>"Switch organisation"</h1>
            {loaded(organisations, |all| view! { <Organisations all=all /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Organisations(all: Vec<OrganisationView>) -> impl IntoView {
    let alone = all.iter().all(|organisation| organisation.current);
    let rows = all.into_iter().map(|organisation| {
        let name = organisation.name;
        if organisation.current {
            view! {
                <li class="current">
                    <span class="name">{name}</span>
                    <span class="here">"You are here"</span>
                </li>
            }
            .into_any()
        } else {
            view! {
                <li>
                    <a href=routes::switch_to(organisation.id) rel="external">
                        {name}
                    </a>
                </li>
            }
            .into_any()
        }
    });
    view! {
        <ul class="organisations">{rows.collect_view()}</ul>
        {alone
            .then(|| {
                view! {
                    <p>
                        "Here are the organisations in which you have signed in to Muster with this account, your own and those that invited you as a guest. There is no other yet."
                    </p>
                }
            })}
        <p>
            "Looking for an organisation that is not here? "
            <a href=format!("{}&prompt=select_account", routes::sign_in(routes::INCIDENTS)) rel="external">
                "Sign in with another account"
            </a>
            "."
        </p>
    }
    .into_any()
}
