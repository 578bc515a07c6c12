//! A site for the people of any organisation, as an operator sets it up: the stand-in is a provider like any other.

use std::net::SocketAddr;
use std::sync::Arc;

use entra_local::{Answer, EntraLocal, Running, Scenario, Tls};
use identity::state::SharedState;
use identity::testing::ManualClock;
use identity::{Clock, Identity, SystemClock};
use server::assembly::{Assembly, assemble};
use server::config::{Environment, Settings, SignIn};
use server::router;
use server::state::{AppState, Provider};
use services::TenantService;
use services::audit::AuditRecord;
use services::ports::AuditStore;
use storage::{Records, RecordsOptions};
use tempfile::TempDir;
use time::Duration;
use tokio::net::TcpListener;
use url::Url;

use crate::support::{Browser, Muster, Person, Reply, site_root};

/// The provider, the data folder, and the sites on it.
pub struct World {
    pub entra: Running,
    pub records: Records,
    /// The list as the site has it, with its copies.
    pub list: TenantService,
    pub identity: Identity,
    pub folder: TempDir,
    pub base: Url,
    environment: Environment,
}

impl World {
    /// Without any organisation on the list, and with these settings.
    pub async fn new(settings: &[(&str, &str)]) -> Self {
        Self::with(Scenario::demo(), settings).await
    }

    /// With other people at the provider.
    pub async fn with(mut scenario: Scenario, settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base: Url = format!("http://localhost:{}", listener.local_addr().unwrap().port()).parse().unwrap();
        let mut app = scenario.apps.remove(0);
        let places = ["auth/callback", "auth/admin-consent/callback", "signed-out"];
        app.redirect_uris = places.map(|path| base.join(path).unwrap()).to_vec();
        let (client_id, secret) = (app.client_id.to_string(), app.client_secret.expose().to_owned());
        let any_port = "127.0.0.1:0".parse().unwrap();
        let entra = EntraLocal::serve(scenario.with_app(app), any_port, Tls::Off).await.unwrap();
        let own = [
            ("MUSTER_PUBLIC_URL", base.as_str()),
            ("MUSTER_DATA_DIR", folder.path().to_str().unwrap()),
            ("MUSTER_SITE_ROOT", site_root().to_str().unwrap()),
            ("AZURE_TENANT_ID", "organizations"),
            ("AZURE_CLIENT_ID", &client_id),
            ("AZURE_CLIENT_SECRET", &secret),
            ("AZURE_AUTHORITY_HOST", entra.base_url.as_str()),
        ];
        let all = own.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment: Environment = all.collect();
        let (settings, state, records) = assembled(&environment).await;
        let (list, identity) = (state.services.tenants.clone(), state.identity.clone());
        serve(&settings, state, listener);
        Self { entra, records, list, identity, folder, base, environment }
    }

    /// Another replica on the same records and sessions, which answers under an address of its own; where it is.
    pub async fn replica(&self) -> Url {
        self.replica_on(|_| {}).await
    }

    /// The same, with other parts.
    pub async fn replica_on(&self, change: impl FnOnce(&mut AppState)) -> Url {
        let place = self.place().await;
        let (settings, mut state, _) = assembled(&place.environment).await;
        change(&mut state);
        place.serve(&settings, state)
    }

    /// The same, for a process of later on: its sessions are so much older.
    pub async fn replica_ahead_by(&self, ahead: Duration) -> Url {
        let place = self.place().await;
        let (settings, mut state, _) = assembled(&place.environment).await;
        let (clock, http) = (ManualClock::new(SystemClock.now() + ahead), identity::http_client().unwrap());
        let config = server::state::identity_config(&settings, &provider(&settings)).unwrap();
        let (shared, ring) = (state.shared.clone(), settings.keys.load().unwrap());
        state.identity =
            Identity::new(config, shared, ring, Arc::new(clock), http, Arc::new(identity::Everybody)).unwrap();
        place.serve(&settings, state)
    }

    /// The same, with something between it and its shared state.
    pub async fn replica_through(&self, wrap: impl FnOnce(Arc<dyn SharedState>) -> Arc<dyn SharedState>) -> Url {
        let place = self.place().await;
        let (settings, state, records) = assembled(&place.environment).await;
        let provider = provider(&settings);
        let (shared, ring) = (wrap(state.shared), settings.keys.load().unwrap());
        let state = AppState::build(&settings, &provider, records, shared, ring, state.leptos).unwrap();
        place.serve(&settings, state)
    }

    async fn place(&self) -> Place {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = format!("localhost:{}", listener.local_addr().unwrap().port());
        let mut environment = self.environment.clone();
        environment.insert("MUSTER_ALLOWED_HOSTS".to_owned(), host.clone());
        Place { listener, host, environment }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// Goes the whole way through the provider and back; the answer of the callback.
    pub async fn sign_in(&self, browser: &Browser, person: Person) -> Reply {
        self.next(person);
        browser.sign_in().await
    }

    /// The next account picker is answered with this person.
    pub fn next(&self, person: Person) {
        self.entra.entra().control().answer_next(Answer::SignInAs(person.username().to_owned()));
    }

    /// Runs `muster tenants` beside the site.
    pub async fn tenants(&self, arguments: &[&str]) -> String {
        let arguments = [&["tenants"], arguments].concat();
        let command = Muster::on(self.folder.path(), &arguments);
        tokio::task::spawn_blocking(move || command.finish().success()).await.unwrap()
    }

    /// How many sessions there are of a tenant, as `muster sessions` says.
    pub async fn sessions(&self, tenant: domain::TenantId) -> usize {
        let command = Muster::new(&["sessions", "list", "--tenant", &tenant.to_string()]);
        let command = self.environment.iter().fold(command, |command, (name, value)| command.set(name, value));
        tokio::task::spawn_blocking(move || command.finish().success().lines().count()).await.unwrap()
    }

    /// The log that belongs to no tenant, newest line first.
    pub async fn nobodys_log(&self) -> Vec<AuditRecord> {
        self.records.recent(domain::TenantId(uuid::Uuid::nil()), 100).await.unwrap()
    }
}

/// Where a replica answers.
struct Place {
    listener: TcpListener,
    host: String,
    environment: Environment,
}

impl Place {
    fn serve(self, settings: &Settings, state: AppState) -> Url {
        serve(settings, state, self.listener);
        format!("http://{}", self.host).parse().unwrap()
    }
}

fn provider(settings: &Settings) -> Provider {
    let SignIn::Provider { authority, client_id, credential } = &settings.sign_in else {
        panic!("a provider");
    };
    Provider {
        authority: authority.clone(),
        client_id: client_id.clone(),
        credential: credential.clone(),
        development: false,
        clock: Arc::new(SystemClock),
    }
}

async fn assembled(environment: &Environment) -> (Settings, AppState, Records) {
    let settings = Settings::read(environment).unwrap();
    let assembled = assemble(&settings, &RecordsOptions::default(), true).await.unwrap();
    let Assembly { state, records, .. } = assembled;
    (settings, state, records)
}

fn serve(settings: &Settings, state: AppState, listener: TcpListener) {
    let service = router::build(state, &settings.public_url).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

/// Whether a folder of records has nothing of a tenant.
pub async fn knows_nothing_of(records: &Records, tenant: domain::TenantId) -> bool {
    use services::ports::{AdmissionStore, DirectoryStore};
    records.tenant(tenant).await.unwrap().is_none()
        && records.people(tenant, 10).await.unwrap().is_empty()
        && records.admission(tenant).await.unwrap().is_none()
        && records.recent(tenant, 10).await.unwrap().is_empty()
}
