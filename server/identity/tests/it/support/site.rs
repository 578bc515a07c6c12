//! A small site: one page that says who is looking at it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Query, Request, State},
    middleware::{Next, from_fn},
    response::Response,
    routing::{any, get},
};
use http::StatusCode;
use identity::{
    AcquireError, ActiveSession, ClientIp, Clock, CurrentSession, EmbeddedState, Identity, IdentityConfig, KeyRing,
    Notice, PassiveRequest, Principal, PublicRequest, SessionStanding, SharedState, TokenRequest, http_client,
    testing::ManualClock,
};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, ConnectOptions, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use time::OffsetDateTime;
use tower::ServiceExt;

use super::{events::Recorder, watch};

pub const LOCAL: &str = "http://localhost:3000";
pub const HTTPS: &str = "https://muster.example";

/// A running site and everything a test may want to look at behind its back.
pub struct Site {
    pub app: Router,
    pub identity: Identity,
    pub events: Arc<Recorder>,
    pub clock: Arc<ManualClock>,
    pub state: Arc<dyn SharedState>,
    pub file: PathBuf,
    pub origin: String,
    /// The text of the key ring.
    pub keys: String,
    /// Who has asked for a token.
    pub people: Arc<Mutex<Vec<Principal>>>,
    folder: Arc<TempDir>,
}

impl Site {
    pub async fn start(config: IdentityConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.db");
        let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let state: Arc<dyn SharedState> = Arc::new(EmbeddedState::open(&file, shared).await.unwrap());
        Self::with_state(config, state, clock, folder)
    }

    pub fn with_state(
        config: IdentityConfig,
        state: Arc<dyn SharedState>,
        clock: Arc<ManualClock>,
        folder: TempDir,
    ) -> Self {
        Self::assemble(config, state, clock, Arc::new(folder), KeyRing::generate().unwrap())
    }

    /// The same file and keys in a new process: nothing that was in memory is left.
    pub async fn restarted(self, config: IdentityConfig) -> Self {
        let Self { app, identity, state, clock, file, keys, folder, .. } = self;
        drop((app, identity, state));
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let state = Arc::new(EmbeddedState::open(&file, shared).await.unwrap());
        Self::assemble(config, state, clock, folder, keys)
    }

    /// Another process over the same state.
    pub fn replica(&self, config: IdentityConfig) -> Self {
        self.replica_with(config, &self.keys)
    }

    /// Another process on a connection of its own to the same state.
    pub fn replica_on(&self, config: IdentityConfig, state: Arc<dyn SharedState>) -> Self {
        let (clock, folder) = (Arc::clone(&self.clock), Arc::clone(&self.folder));
        Self::assemble(config, state, clock, folder, self.keys.clone())
    }

    /// Another process over the same state, with these keys.
    pub fn replica_with(&self, config: IdentityConfig, keys: &str) -> Self {
        let (state, clock, folder) = (Arc::clone(&self.state), Arc::clone(&self.clock), Arc::clone(&self.folder));
        Self::assemble(config, state, clock, folder, keys.to_owned())
    }

    fn assemble(
        config: IdentityConfig,
        state: Arc<dyn SharedState>,
        clock: Arc<ManualClock>,
        folder: Arc<TempDir>,
        keys: String,
    ) -> Self {
        let ring = KeyRing::parse(&keys).unwrap();
        watch::install();
        let events = Arc::new(Recorder::default());
        let origin = config.public_url.origin().ascii_serialization();
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let http = http_client().unwrap();
        let app = Arc::clone(&events);
        let identity = Identity::new(config, Arc::clone(&state), ring, shared, http, app).unwrap();
        let people = Arc::<Mutex<Vec<Principal>>>::default();
        let pages: Router = Router::new()
            .route("/whoami", get(who_am_i).post(who_am_i))
            .route("/note", get(note))
            .route("/standing", get(standing).with_state(identity.clone()))
            .route("/token", get(token).with_state((identity.clone(), Arc::clone(&people))))
            .route("/{*any}", any(async || "a page"))
            .merge(identity.router());
        let app = identity.layer(pages).layer(from_fn(mark));
        let file = folder.path().join("state.db");
        Self { app, identity, events, clock, state, file, origin, keys, people, folder }
    }

    /// The session that a request with these cookies has.
    pub async fn session(&self, cookies: &BTreeMap<String, String>) -> ActiveSession {
        let found = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&found);
        let page = get(async move |CurrentSession(session): CurrentSession| *seen.lock().unwrap() = session);
        let all: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get("/").header("cookie", all.join("; ")).body(Body::empty()).unwrap();
        self.identity.layer(Router::new().route("/", page)).oneshot(request).await.unwrap();
        found.lock().unwrap().take().unwrap()
    }

    /// What the site takes for the present.
    pub fn clock_now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Breaks the store, or mends it again.
    pub async fn rename_table(&self, from: &str, to: &str) {
        self.run(&format!("ALTER TABLE {from} RENAME TO {to}")).await;
    }

    /// Does something to the store behind its back.
    pub async fn run(&self, statement: &str) {
        let mut raw = SqliteConnectOptions::new().filename(&self.file).connect().await.unwrap();
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut raw).await.unwrap();
    }

    /// Everything the store has on disk.
    pub fn stored_bytes(&self) -> Vec<u8> {
        let wal = self.file.with_extension("db-wal");
        let mut bytes = std::fs::read(&self.file).unwrap();
        bytes.extend(std::fs::read(wal).unwrap_or_default());
        bytes
    }
}

async fn who_am_i(CurrentSession(session): CurrentSession) -> String {
    session.map_or_else(
        || "nobody".to_owned(),
        |session| {
            let principal = session.principal;
            format!("{} {} [{}]", principal.name, principal.tenant_id, principal.roles.join(","))
        },
    )
}

/// A token for the person who asks: where it came from, and the token; or what is in the way, and a way out.
async fn token(
    State((identity, people)): State<(Identity, Arc<Mutex<Vec<Principal>>>)>,
    CurrentSession(session): CurrentSession,
    Query(query): Query<BTreeMap<String, String>>,
) -> String {
    let Some(session) = session else { return "nobody".to_owned() };
    people.lock().unwrap().push(Principal::clone(&session.principal));
    let mut request = TokenRequest::new(query["scope"].parse().unwrap());
    if let Some(tenant) = query.get("tenant") {
        request = request.at_tenant(tenant.parse().unwrap());
    }
    if query.contains_key("force") {
        request = request.force_refresh();
    }
    match identity.acquire_token_silent(&session, &request).await {
        Ok(token) => format!("{} {}", token.source().as_str(), token.secret().expose_secret()),
        Err(AcquireError::InteractionRequired(required)) => {
            let back = "/back".parse().unwrap();
            let url = identity.interaction_url(&session, &required, &back).await.unwrap();
            format!("interaction {} {url}", required.class.as_str())
        }
        Err(AcquireError::Unavailable { retry_after, .. }) => format!("unavailable {retry_after}"),
        Err(error) => format!("error {error}"),
    }
}

/// How the session of the request stands: a word, and of one that is alive its idle end, the end of its token and what only
/// the person can do.
async fn standing(State(identity): State<Identity>, request: Request) -> (StatusCode, String) {
    let (request, _) = request.into_parts();
    let text = match identity.session_standing(&request.extensions).await {
        Ok(SessionStanding::Ended) => "ended".to_owned(),
        Ok(SessionStanding::SignedOutElsewhere) => "elsewhere".to_owned(),
        Ok(SessionStanding::Active(active)) => {
            let token = active.token_expires_at.map(OffsetDateTime::unix_timestamp);
            let idle = active.session.idle_expires_at.unix_timestamp();
            format!("active {idle} {token:?} {:?}", active.interaction)
        }
        Err(_) => return (StatusCode::SERVICE_UNAVAILABLE, "unknown".to_owned()),
    };
    (StatusCode::OK, text)
}

/// The quiet word that is left for the next page.
async fn note(notice: Option<Extension<Notice>>) -> &'static str {
    notice.map_or("no word", |Extension(notice)| notice.as_str())
}

async fn mark(mut request: Request, next: Next) -> Response {
    if request.headers().contains_key("x-poll") {
        request.extensions_mut().insert(PassiveRequest);
    }
    if request.uri().path().starts_with("/public") {
        request.extensions_mut().insert(PublicRequest);
    }
    if let Some(from) = request.headers().get("x-from") {
        let ip = from.to_str().unwrap().parse().unwrap();
        request.extensions_mut().insert(ClientIp(ip));
    }
    next.run(request).await
}
