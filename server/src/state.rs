//! What handlers share, and how it is put together.

use std::sync::Arc;

use app::ssr::{PageFacts, Services};
use axum::extract::FromRef;
use identity::state::SharedState;
use identity::{Bearer, BearerConfig, ClientCredential, Identity, IdentityConfig, KeyRing, ReturnTo, SessionPolicy};
use leptos::config::LeptosOptions;
use services::TenantService;
use services::people::PeopleService;
use services::sessions::SessionService;
use services::{
    CatalogService, CursorKey, DirectoryService, IncidentService, Onboarding, OperatorService, PresenceService,
    RandomIds, RingingStore, SystemClock,
};
use storage::Records;
use time::Duration;

use crate::actor::{IdentityGauge, IdentitySessions, SessionClock, SharedGatherings, SignIns};
use crate::config::{ApiSettings, FrontDoor, Settings, has_many_tenants};
use crate::http::health::Draining;
use crate::http::time_limit;
use crate::live::{Live, Pace, Post};
use crate::pages::Pages;

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Names and places of the built site.
    pub leptos: LeptosOptions,
    /// The use cases.
    pub services: Services,
    /// Signing in and out.
    pub identity: Identity,
    /// Draws error pages.
    pub pages: Pages,
    /// What pages say about the site.
    pub facts: PageFacts,
    /// How long a request may take.
    pub time_limit: std::time::Duration,
    /// What all replicas know of sessions, sign-ins and counts.
    pub shared: Arc<dyn SharedState>,
    /// Who stands in front of the site, and how much it takes from whom.
    pub front_door: Arc<FrontDoor>,
    /// Checks the tokens that programs show.
    pub bearer: Bearer,
    /// Which tokens the JSON API takes, and how much of it one caller.
    pub api: Arc<ApiSettings>,
    /// Makes an organisation ready whose first word comes from a program.
    pub directory: DirectoryService,
    /// What happens, for open pages.
    pub live: Live,
    /// How often open pages are told that nothing does.
    pub pace: Pace,
    /// Whether the process has been asked to stop.
    pub draining: Draining,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// Who vouches for people, settled.
pub struct Provider {
    /// The authority.
    pub authority: identity::Authority,
    /// Muster's id there.
    pub client_id: String,
    /// How it proves itself there.
    pub credential: ClientCredential,
    /// Whether it is the local stand-in.
    pub development: bool,
    /// What sessions are measured by. The stand-in brings its own, which tests move.
    pub clock: Arc<dyn identity::Clock>,
}

/// Why the parts do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The HTTP client that talks to the authority.
    #[error("the HTTP client cannot be made: {0}")]
    Http(String),
    /// A constant path of ours is no path.
    #[error("the start page is no place to return to: {0}")]
    ReturnTo(#[from] identity::ReturnToError),
    /// There is no key for the cursors of lists.
    #[error("the key ring is of no use: {0}")]
    Key(#[from] identity::SealError),
    /// The identity layer refuses its settings.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  "))]
    Identity(Vec<identity::SettingProblem>),
}

impl AppState {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`BuildError`] if the identity layer cannot use its settings.
    pub fn build(
        settings: &Settings,
        provider: &Provider,
        records: Records,
        shared: Arc<dyn SharedState>,
        ring: KeyRing,
        leptos: LeptosOptions,
    ) -> Result<Self, BuildError> {
        let records = Arc::new(records);
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let directory = DirectoryService::new(records.clone(), records.clone(), clock.clone(), ids.clone());
        let live = Live::new(records.clone(), Post::new(shared.clone()));
        let bell = Arc::new(live.clone());
        let incidents = IncidentService::new(
            Arc::new(RingingStore::new(records.clone(), bell.clone())),
            records.clone(),
            records.clone(),
            clock.clone(),
            ids.clone(),
            CursorKey::new(&ring.derive("list cursor")?),
        );
        let tenants = TenantService::new(records.clone(), settings.tenants.clone(), clock.clone(), ids.clone());
        let onboarding = tenants.onboarding() != Onboarding::Off;
        let pages = Pages::new(leptos.clone(), provider.development, onboarding);
        let many_organisations = has_many_tenants(&provider.authority);
        let events = SignIns::new(directory.clone(), tenants.clone(), &provider.authority, pages.clone(), live.clone());
        let mut config = identity_config(settings, provider)?;
        config.admin_consent = onboarding;
        let colleagues = config.graph_base().is_some();
        let http = identity::http_client().map_err(|error| BuildError::Http(error.to_string()))?;
        let identity = Identity::new(config, shared.clone(), ring, Arc::clone(&provider.clock), http, events)
            .map_err(BuildError::Identity)?;
        let mut accepted = BearerConfig::for_client(&provider.client_id);
        if !settings.api.audiences.is_empty() {
            accepted.audiences.clone_from(&settings.api.audiences);
        }
        let bearer = identity.bearer(accepted).map_err(BuildError::Identity)?;
        let inventory = Arc::new(IdentitySessions(identity.clone()));
        let sessions = SessionService::new(inventory, records.clone(), records.clone(), clock, ids.clone());
        let facts = PageFacts {
            development_sign_in: provider.development,
            onboarding,
            many_organisations,
            edit_profile: identity.can_edit_profile(),
            colleagues,
            ..PageFacts::default()
        };
        let people = PeopleService::new(records.clone(), records.clone(), Arc::new(SystemClock), ids.clone());
        let gatherings = Arc::new(SharedGatherings(shared.clone()));
        let of_sessions = Arc::new(SessionClock(Arc::clone(&provider.clock)));
        let presence = PresenceService::new(records.clone(), records.clone(), gatherings, bell, of_sessions);
        let gauge = Arc::new(IdentityGauge::new(identity.clone(), &provider.authority, settings.session));
        let operators =
            OperatorService::new(settings.operators, gauge, records.clone(), Arc::new(SystemClock), ids.clone());
        let catalog = CatalogService::new(records);
        let services = Services { incidents, catalog, sessions, tenants, people, presence, operators, ids };
        let front_door = Arc::new(settings.front_door.clone());
        let api = Arc::new(settings.api.clone());
        let (draining, time_limit) = (Draining::default(), time_limit::DEFAULT);
        Ok(Self {
            leptos,
            services,
            identity,
            pages,
            facts,
            time_limit,
            shared,
            front_door,
            bearer,
            api,
            directory,
            live,
            pace: Pace::default(),
            draining,
        })
    }
}

/// What the identity layer has to know to sign people in, and the doctor to ask whether it could.
///
/// # Errors
/// Never: a constant path of ours is a place to return to, but the parser does not know that.
pub fn identity_config(settings: &Settings, provider: &Provider) -> Result<IdentityConfig, identity::ReturnToError> {
    let mut config = IdentityConfig::new(
        settings.public_url.clone(),
        provider.authority.clone(),
        provider.client_id.clone(),
        provider.credential.clone(),
        app::routes::INCIDENTS.parse::<ReturnTo>()?,
    );
    "muster".clone_into(&mut config.cookie_name);
    config.known_authorities.clone_from(&settings.trust.known_authorities);
    config.custom_signing_keys = settings.trust.custom_signing_keys;
    config.groups.clone_from(&settings.graph.role_groups);
    config.graph.clone_from(&settings.graph.url);
    if provider.development && config.graph.is_none() {
        // The stand-in has a Graph of its own.
        config.graph = provider.authority.base().join("v1.0").ok();
    }
    if config.graph_base().is_some() {
        // For the person's own profile and photo. Looking for others is asked for when somebody first does.
        config.scopes.push("User.Read".to_owned());
    }
    config.silent_check = settings.session.silent_check;
    config.session = SessionPolicy {
        idle: settings.session.idle,
        absolute: settings.session.absolute,
        // Written down often enough that nobody is signed out early by more than a twentieth.
        touch_after: Duration::minutes(5).min(settings.session.idle / 20),
    };
    Ok(config)
}
