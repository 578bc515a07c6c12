//! From settings to everything a running site is made of, but its socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use identity::KeyRing;
use identity::redis::{RedisOptions, RedisState};
use identity::state::{EmbeddedState, SharedState, StateError};
use storage::{Records, RecordsOptions};

use crate::commands::{CommandError, private_folder};
use crate::config::{Settings, SignIn, StateSource};
use crate::local::{self, Local};
use crate::site::Started;
use crate::state::{AppState, Provider};

/// How long a start waits for Redis.
const START: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(500);

/// A site without its socket.
pub struct Assembly {
    /// What handlers share.
    pub state: AppState,
    /// The development sign-in, where it is on.
    pub local: Option<Local>,
    /// The records, schema up to date.
    pub records: Records,
}

/// Opens the data folder, brings the records up to date and puts everything together. `empty` leaves out the made-up
/// incidents of the development sign-in.
///
/// # Errors
/// Usage if a setting turns out to be of no use, failed if something is out of reach.
pub async fn assemble(settings: &Settings, options: &RecordsOptions, empty: bool) -> Result<Assembly, CommandError> {
    private_folder(&settings.data_dir)?;
    let ring = settings.keys.load().map_err(|error| CommandError::Usage(error.to_string()))?;
    let records = Records::open(&settings.records, options).await.map_err(CommandError::failed)?;
    records.migrate().await.map_err(CommandError::failed)?;
    let (provider, local) = provider(settings, &records, empty).await?;
    let shared = shared_state(settings, &provider.clock).await.map_err(CommandError::failed)?;
    until_it_answers(settings, &*shared, START).await?;
    let state = build(settings, &provider, &records, shared, ring)?;
    Ok(Assembly { state, local, records })
}

/// What a command shares with the running site, from the same settings: records, sessions, key ring. Nothing listens, and
/// nobody is asked.
///
/// # Errors
/// As [`assemble`].
pub async fn assemble_beside(settings: &Settings, records: &Records) -> Result<AppState, CommandError> {
    let ring = settings.keys.load().map_err(|error| CommandError::Usage(error.to_string()))?;
    let provider = match &settings.sign_in {
        SignIn::Provider { .. } => provider(settings, records, true).await?.0,
        SignIn::Local(address) => local::beside(*address).map_err(|error| CommandError::Failed(error.to_string()))?,
    };
    let shared = shared_state(settings, &provider.clock).await.map_err(CommandError::failed)?;
    build(settings, &provider, records, shared, ring)
}

fn build(
    settings: &Settings,
    provider: &Provider,
    records: &Records,
    shared: Arc<dyn SharedState>,
    ring: KeyRing,
) -> Result<AppState, CommandError> {
    let program = std::env::current_exe().ok();
    let hashes_beside = program.and_then(|exe| Some(exe.parent()?.join("hash.txt").is_file())).unwrap_or_default();
    let started = Started::of(|name| std::env::var(name).ok());
    let leptos = started.options(&settings.site_root, settings.listen, hashes_beside);
    let state = AppState::build(settings, provider, records.clone(), shared, ring, leptos);
    state.map_err(|error| CommandError::Usage(error.to_string()))
}

/// The file of sessions and sign-ins, where they are in one.
pub fn state_file(settings: &Settings) -> Option<PathBuf> {
    match &settings.shared_state {
        StateSource::File(path) => Some(path.clone()),
        StateSource::Redis(_) => None,
    }
}

/// Opens what all replicas share. Redis need not answer for that. It goes by the clock of the sessions that are in it.
///
/// # Errors
/// What the store says.
pub async fn shared_state(
    settings: &Settings,
    clock: &Arc<dyn identity::Clock>,
) -> Result<Arc<dyn SharedState>, StateError> {
    let clock = Arc::clone(clock);
    Ok(match &settings.shared_state {
        StateSource::File(path) => Arc::new(EmbeddedState::open(path, clock).await?),
        StateSource::Redis(options) => {
            let opened = RedisState::open(RedisOptions::clone(options), clock);
            Arc::new(opened.map_err(|error| StateError::Unavailable { reason: error.to_string() })?)
        }
    })
}

/// Waits a while for a Redis that starts at the same time. Without sessions nobody could use the site, so it does not start
/// without them: whoever started it should know.
///
/// # Errors
/// Failed if it has not answered within `limit`.
pub async fn until_it_answers(
    settings: &Settings,
    shared: &dyn SharedState,
    limit: Duration,
) -> Result<(), CommandError> {
    let StateSource::Redis(options) = &settings.shared_state else { return Ok(()) };
    let address = options.url.shown();
    let mut tries = limit.as_millis() / PAUSE.as_millis();
    let mut is_first = true;
    loop {
        let Err(error) = shared.describe().await else { return Ok(()) };
        if is_first {
            tracing::warn!(%error, "waiting up to {} s for Redis at {address} (MUSTER_STATE_URL)", limit.as_secs());
            is_first = false;
        }
        tries = tries.saturating_sub(1);
        if tries == 0 {
            let fix = "start it, or correct MUSTER_STATE_URL and the settings that go with it";
            return Err(CommandError::Failed(format!("Redis at {address} does not answer: {error}; {fix}")));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn provider(
    settings: &Settings,
    records: &Records,
    empty: bool,
) -> Result<(Provider, Option<Local>), CommandError> {
    match &settings.sign_in {
        SignIn::Provider { authority, client_id, credential } => {
            let provider = Provider {
                authority: authority.clone(),
                client_id: client_id.clone(),
                credential: credential.clone(),
                development: false,
                clock: Arc::new(identity::SystemClock),
            };
            Ok((provider, None))
        }
        SignIn::Local(address) => {
            let started = local::provide(*address, &settings.public_url, records, empty).await;
            let (provider, local) = started.map_err(|error| CommandError::Failed(error.to_string()))?;
            Ok((provider, Some(local)))
        }
    }
}
