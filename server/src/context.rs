//! The one list of things that pages and server functions can see.

use std::sync::Arc;

use app::forms::FormReply;
use app::ssr::{PageFacts, RequestCaller, RequestColleagues, Services};
use axum::http::Extensions;
use axum::http::request::Parts;
use identity::CurrentSession;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use services::audit::Caller;

use crate::colleagues::GraphColleagues;
use crate::http::headers;
use crate::state::AppState;

/// What the person is called. A session that does not count, as of an organisation that is not let in, is a stranger's.
fn given_name(extensions: &Extensions) -> Option<String> {
    extensions.get::<Caller>()?;
    extensions.get::<identity::Principal>()?.given_name.clone()
}

/// Puts everything into Leptos' context. Runs for every page, every server function and every refused form alike.
pub fn request_context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static + use<> {
    let (services, site, identity) = (state.services.clone(), state.facts.clone(), state.identity.clone());
    move || {
        provide_context::<Services>(services.clone());
        // The list of routes is made once at start, by drawing the app without a request.
        let parts = use_context::<Parts>();
        let extensions = parts.as_ref().map(|parts| &parts.extensions);
        let caller = extensions.and_then(|all| all.get::<Caller>().cloned());
        let form = extensions.and_then(|all| all.get::<FormReply>().cloned());
        let given_name = extensions.and_then(given_name);
        let notice = extensions.and_then(|all| all.get::<identity::Notice>()).map(|notice| notice.sentence());
        let session = extensions.and_then(|all| all.get::<CurrentSession>()?.0.clone());
        if let Some(graph) = session.and_then(|session| GraphColleagues::of(&identity, &session)) {
            provide_context(RequestColleagues(Arc::new(graph)));
        }
        provide_context(RequestCaller(caller));
        provide_context(PageFacts { form, given_name, notice, ..site.clone() });
        if let Some(nonce) = extensions.and_then(|all| all.get::<headers::Nonce>()) {
            provide_context(Nonce::from_value(nonce.0.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Actor, Roles, TenantId, UserId};
    use identity::{AccountId, Principal};
    use services::audit::RequestFacts;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_whose_session_does_not_count_is_not_called_by_name() {
        let mut extensions = Extensions::new();
        extensions.insert(Principal {
            account: AccountId::entra("amara", Uuid::nil()),
            home_account: None,
            tenant_id: Uuid::nil(),
            subject: "amara".to_owned(),
            issuer: "https://login.example".to_owned(),
            name: "Amara Okafor".to_owned(),
            given_name: Some("Amara".to_owned()),
            username: None,
            roles: Vec::new(),
            sid: None,
            policy: None,
            login_hint: None,
            signed_in_at: time::OffsetDateTime::UNIX_EPOCH,
        });
        assert_eq!(given_name(&extensions), None);
        let actor = Actor {
            id: UserId(Uuid::nil()),
            tenant: TenantId(Uuid::nil()),
            name: "Amara Okafor".to_owned(),
            roles: Roles::default(),
        };
        extensions.insert(Caller { actor, request: RequestFacts::default() });
        assert_eq!(given_name(&extensions).as_deref(), Some("Amara"));
    }
}
