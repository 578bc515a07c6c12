//! A site without a network: pages are drawn as the server draws them, over records in memory.

mod gauge;
mod presence;
mod records;
mod sessions;
mod tenants;

use std::sync::{Arc, OnceLock};

use app::App;
use app::forms::FormReply;
use app::ssr::{PageFacts, RequestCaller, Services};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use domain::{Actor, Role, TenantId, Timestamp, UserId};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::generate_route_list;
use services::audit::{Caller, RequestFacts};
use services::people::PeopleService;
use services::sessions::SessionService;
use services::{
    CatalogService, Clock, CursorKey, IdSource, IncidentService, Onboarding, OperatorService, Operators,
    PresenceService, TenantPolicy, TenantService,
};
use uuid::Uuid;

pub use records::{Records, incident, service};
pub use sessions::{handle, session};

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub html: String,
}

impl Page {
    /// The text between the first `before` and the next `after`.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self.html.split_once(before).unwrap();
        rest.split_once(after).unwrap().0
    }

    /// The markup alone, without the data that hydration starts from.
    pub fn markup(&self) -> &str {
        self.html.split_once("</main>").unwrap().0
    }
}

pub fn caller(roles: &[Role]) -> Caller {
    let actor = Actor {
        id: UserId(Uuid::from_u128(7)),
        tenant: TenantId(Uuid::from_u128(2)),
        name: "Robin".to_owned(),
        roles: roles.iter().copied().collect(),
    };
    Caller {
        actor,
        request: RequestFacts {
            request_id: Some("req-1".to_owned()),
            session: Some(handle(0)),
            ..RequestFacts::default()
        },
    }
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-08-19T12:00:00Z".parse().unwrap()
    }
}

struct OneId;

impl IdSource for OneId {
    fn next(&self) -> Uuid {
        Uuid::from_u128(99)
    }
}

fn services_over(records: Records) -> Services {
    let (records, ids) = (Arc::new(records), Arc::new(OneId));
    let sessions = SessionService::new(records.clone(), records.clone(), records.clone(), Arc::new(Noon), ids.clone());
    let incidents = IncidentService::new(
        records.clone(),
        records.clone(),
        records.clone(),
        Arc::new(Noon),
        ids.clone(),
        CursorKey::new(&[1; 32]),
    );
    let policy = TenantPolicy { listed: false, within: None, onboarding: Onboarding::Off };
    let tenants = TenantService::new(records.clone(), policy, Arc::new(Noon), ids.clone());
    let people = PeopleService::new(records.clone(), records.clone(), Arc::new(Noon), ids.clone());
    let nobody = Arc::new(presence::Alone);
    let presence = PresenceService::new(nobody.clone(), records.clone(), nobody.clone(), nobody, Arc::new(Noon));
    let operators = Operators::Of(TenantId(Uuid::from_u128(2)));
    let gauge = Arc::new(gauge::HalfUsed);
    let operators = OperatorService::new(operators, gauge, records.clone(), Arc::new(Noon), ids.clone());
    let catalog = CatalogService::new(records);
    Services { incidents, catalog, sessions, tenants, people, presence, operators, ids }
}

/// The paths of the router. Listing them draws the app once with all resources held back, in the whole process, so it
/// is done before anything else is drawn.
pub fn routed() -> &'static [String] {
    static ROUTED: OnceLock<Vec<String>> = OnceLock::new();
    ROUTED.get_or_init(|| generate_route_list(App).iter().map(|route| route.path().to_owned()).collect())
}

/// Draws the page at `path` for `caller`; none is a stranger.
pub async fn draw(records: Records, caller: Option<Caller>, path: &str) -> Page {
    draw_with(records, caller, path, PageFacts::default()).await
}

/// Draws the page after a form that was posted to it was refused.
pub async fn draw_refused(records: Records, caller: Caller, path: &str, form: FormReply) -> Page {
    let facts = PageFacts { form: Some(form), ..PageFacts::default() };
    draw_with(records, Some(caller), path, facts).await
}

/// Draws the page where organisations can set themselves up, for a stranger.
pub async fn draw_onboarding(path: &str) -> Page {
    let facts = PageFacts { onboarding: true, ..PageFacts::default() };
    draw_with(Records::default(), None, path, facts).await
}

/// Draws the page with what the server says about the site.
pub async fn draw_with(records: Records, caller: Option<Caller>, path: &str, facts: PageFacts) -> Page {
    routed();
    let services = services_over(records);
    let context = move || {
        provide_context(services.clone());
        provide_context(RequestCaller(caller.clone()));
        provide_context(facts.clone());
    };
    let options = LeptosOptions::builder().output_name("muster").build();
    let handler = leptos_axum::render_app_async_with_context(context, move || app::shell::shell(options.clone()));
    let request = Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
    let response = handler(request).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Page { status, html: without_marks(&body) }
}

/// Without the marks that hydration goes by, which nobody sees.
fn without_marks(body: &[u8]) -> String {
    std::str::from_utf8(body).unwrap().replace("<!>", "")
}
