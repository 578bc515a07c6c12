//! From settings to everything a running site is made of, but its socket.

use std::path::PathBuf;
use std::sync::Arc;

use identity::state::{EmbeddedState, SharedState, StateError};
use storage::{Records, RecordsOptions};

use crate::commands::{CommandError, private_folder};
use crate::config::{Settings, SignIn};
use crate::local::{self, Local};
use crate::site::Started;
use crate::state::{AppState, Provider};

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
    let program = std::env::current_exe().ok();
    let hashes_beside = program.and_then(|exe| Some(exe.parent()?.join("hash.txt").is_file())).unwrap_or_default();
    let started = Started::of(|name| std::env::var(name).ok());
    let leptos = started.options(&settings.site_root, settings.listen, hashes_beside);
    let ring = settings.keys.load().map_err(|error| CommandError::Usage(error.to_string()))?;
    let records = Records::open(&settings.records, options).await.map_err(CommandError::failed)?;
    records.migrate().await.map_err(CommandError::failed)?;
    let shared = shared_state(settings).await.map_err(CommandError::failed)?;
    let (provider, local) = provider(settings, &records, empty).await?;
    let state = AppState::build(settings, provider, records.clone(), shared, ring, leptos);
    let state = state.map_err(|error| CommandError::Usage(error.to_string()))?;
    Ok(Assembly { state, local, records })
}

/// The file of sessions and sign-ins, where they are in one.
pub fn state_file(settings: &Settings) -> Option<PathBuf> {
    Some(settings.data_dir.join("state.db"))
}

/// Opens what all replicas share.
///
/// # Errors
/// What the store says.
pub async fn shared_state(settings: &Settings) -> Result<Arc<dyn SharedState>, StateError> {
    let file = settings.data_dir.join("state.db");
    let state = EmbeddedState::open(&file, Arc::new(identity::SystemClock)).await?;
    Ok(Arc::new(state))
}

async fn provider(
    settings: &Settings,
    records: &Records,
    empty: bool,
) -> Result<(Provider, Option<Local>), CommandError> {
    match &settings.sign_in {
        SignIn::Provider { authority, client_id, client_secret } => {
            let provider = Provider {
                authority: authority.clone(),
                client_id: client_id.clone(),
                client_secret: client_secret.clone(),
                development: false,
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
