//! The development sign-in: `entra-local`, served by this process.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use ::entra_local::{AppRegistration, EntraLocal, Running, Scenario, StartError, Tls};
use identity::{Authority, ClientCredential, EntraAuthority, EntraTenant, FRONT_CHANNEL_LOGOUT};
use services::ServiceError;
use storage::Records;
use url::Url;

use crate::demo;
use crate::state::Provider;

/// Whether this program has it.
pub const AVAILABLE: bool = true;

/// The running stand-in.
pub struct Local {
    running: Running,
    /// One line for each account, for the person who typed `make run`.
    pub accounts: Vec<String>,
    /// The programs that may call the API, a line each.
    pub programs: Vec<String>,
    /// The clients that may call it for a person, a line each.
    pub clients: Vec<String>,
    /// Muster itself, and the programs that may ask its API without a person.
    pub apps: Vec<AppRegistration>,
}

/// The stand-in's clock. Whoever moves it, as tests do, moves the ends of sessions with it.
struct StandInClock(EntraLocal);

impl fmt::Debug for StandInClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StandInClock")
    }
}

impl identity::Clock for StandInClock {
    fn now(&self) -> time::OffsetDateTime {
        self.0.control().now()
    }
}

/// Why there is no development sign-in.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Its address is of no use.
    #[error(
        "MUSTER_ENTRA_LOCAL_LISTEN is `{address}`, which cannot be used: {source}; name another address for the development          sign-in, or end the program that has this one"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// It could not be served for another reason.
    #[error("the development sign-in did not start: {0}")]
    Start(StartError),
    /// The public URL cannot be extended by a path.
    #[error("the public URL: {0}")]
    Url(#[from] url::ParseError),
    /// The demonstration tenants could not be made.
    #[error("the demonstration data could not be written: {0}")]
    Seed(#[from] ServiceError),
}

impl From<StartError> for LocalError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Listen { address, source } => Self::Listen { address, source },
            error => Self::Start(error),
        }
    }
}

impl Local {
    /// Where it is.
    pub fn base_url(&self) -> &Url {
        &self.running.base_url
    }

    /// The stand-in itself, for tests that answer its pages.
    pub fn stand_in(&self) -> &EntraLocal {
        self.running.entra()
    }

    /// Finishes the requests in flight and ends.
    pub async fn shutdown(self) {
        self.running.shutdown().await;
    }
}

/// Serves the stand-in at `address` with Muster at `public_url` registered, and fills the organisations unless they are
/// to be empty or there already.
///
/// # Errors
/// [`LocalError`] if the address is taken or the records cannot be written.
pub async fn provide(
    address: SocketAddr,
    public_url: &Url,
    records: &Records,
    empty: bool,
) -> Result<(Provider, Local), LocalError> {
    let demonstrated = Scenario::demo();
    let mut scenario = demonstrated.clone();
    let accounts = demo::account_lines(&scenario);
    // The client id stays from run to run, and with it every `sub` and every open sign-in page; the secret does not.
    let mut app = scenario.apps.remove(0);
    app.redirect_uris = ["auth/callback", "auth/admin-consent/callback", "signed-out"]
        .map(|path| public_url.join(path))
        .into_iter()
        .collect::<Result<_, _>>()?;
    // What signing in asks for; whatever else Muster asks for, people are asked once.
    let consented = ["openid", "profile", "email", "offline_access", "User.Read", "GroupMember.Read.All"];
    // And the scopes of the API, for clients of one's own to be tried out.
    let of_api = app.scopes.iter().flatten().map(|scope| format!("api://{}/{scope}", app.client_id));
    app.consented = Some(consented.map(str::to_owned).into_iter().chain(of_api).collect());
    app.group_claims = true;
    app.front_channel_logout_uri = Some(public_url.join(FRONT_CHANNEL_LOGOUT)?);
    let apps = demo::with_programs(app);
    let registered = apps[0].clone();
    let (programs, clients) = (demo::program_lines(&apps), demo::client_lines(&scenario.apps));
    scenario.apps.extend(apps.clone());
    // Sessions go by its clock, and whoever tests them moves it.
    scenario.control_endpoint = true;
    // First, because the address may be taken.
    let running = EntraLocal::serve(scenario, address, Tls::Off).await?;
    if let Err(error) = demo::fill(&demonstrated, records, empty).await {
        running.shutdown().await;
        return Err(error.into());
    }
    let clock = Arc::new(StandInClock(running.entra().clone()));
    Ok((provider(running.base_url.clone(), &registered, clock), Local { running, accounts, programs, clients, apps }))
}

/// The stand-in that another process serves at `address`, for a command that reads what it vouched for.
///
/// # Errors
/// Never for an address, but the parser does not know that.
pub fn beside(address: SocketAddr) -> Result<Provider, LocalError> {
    let app = Scenario::demo().apps.remove(0);
    Ok(provider(Url::parse(&format!("http://{address}/"))?, &app, Arc::new(identity::SystemClock)))
}

fn provider(base: Url, app: &AppRegistration, clock: Arc<dyn identity::Clock>) -> Provider {
    let (tenant, allowed_tenants) = (EntraTenant::Organizations, None);
    Provider {
        authority: Authority::Entra(EntraAuthority { base, tenant, allowed_tenants }),
        client_id: app.client_id.to_string(),
        credential: ClientCredential::Secret(app.client_secret.expose().into()),
        development: true,
        clock,
    }
}
