//! The one list of things that pages and server functions can see.

use app::forms::FormReply;
use app::ssr::{PageFacts, RequestCaller, Services};
use axum::http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use services::audit::Caller;

use crate::http::headers;
use crate::state::AppState;

/// Puts everything into Leptos' context. Runs for every page, every server function and every refused form alike.
pub fn request_context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static + use<> {
    let (services, site) = (state.services.clone(), state.facts.clone());
    move || {
        provide_context::<Services>(services.clone());
        // The list of routes is made once at start, by drawing the app without a request.
        let parts = use_context::<Parts>();
        let extensions = parts.as_ref().map(|parts| &parts.extensions);
        let caller = extensions.and_then(|all| all.get::<Caller>().cloned());
        let form = extensions.and_then(|all| all.get::<FormReply>().cloned());
        let person = extensions.and_then(|all| all.get::<identity::Principal>()).filter(|_| caller.is_some());
        let given_name = person.and_then(|person| person.given_name.clone());
        let notice = extensions.and_then(|all| all.get::<identity::Notice>()).map(|notice| notice.sentence());
        provide_context(RequestCaller(caller));
        provide_context(PageFacts { form, given_name, notice, ..site.clone() });
        if let Some(nonce) = extensions.and_then(|all| all.get::<headers::Nonce>()) {
            provide_context(Nonce::from_value(nonce.0.clone()));
        }
    }
}
