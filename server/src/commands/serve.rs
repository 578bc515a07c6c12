//! `muster serve`.

use storage::RecordsOptions;
use tokio::net::TcpListener;

use super::CommandError;
use super::output::say;
use crate::assembly::{Assembly, assemble};
use crate::cli::Serve;
use crate::config::{Environment, Settings};
use crate::metrics::Listener;
use crate::shutdown::{self, Ended, Ending, StopSignals};
use crate::state::AppState;
use crate::{doctor, router};

/// Serves until a stop signal.
pub(super) async fn run(environment: &Environment, serve: Serve) -> Result<(), CommandError> {
    let settings = Settings::read(environment)?;
    // Before anything is written: the address may be taken.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        let fix = "name another address, or end the program that has this one";
        CommandError::Failed(format!("MUSTER_LISTEN is `{}`, which cannot be used: {error}; {fix}", settings.listen))
    })?;
    let metrics = match &settings.metrics {
        Some(wanted) => Some(Listener::bind(wanted).await.map_err(CommandError::failed)?),
        None => None,
    };
    let Assembly { state, local, records } = assemble(&settings, &RecordsOptions::default(), serve.empty).await?;
    let router = router::build(state.clone(), &settings.public_url);
    warm_up(&state);
    if let Some(metrics) = metrics {
        metrics.serve(state.identity.clone());
    }
    if let Some(warning) = doctor::credential_warning(&settings, &identity::SystemClock) {
        tracing::warn!("{warning}");
    }
    if let Some(warning) = doctor::tenants_warning(&settings, &records).await {
        tracing::warn!("{warning}");
    }
    let signals = StopSignals::listen();
    say(format_args!("\nMuster is at {}", settings.public_url))?;
    if let Some(local) = &local {
        say(format_args!("Development sign-in is at {}. Accounts:\n", local.base_url()))?;
        local.accounts.iter().try_for_each(|account| say(format_args!("  {account}")))?;
        say("\nPrograms that may call /api, with the id and the secret they get a token with until the next start:\n")?;
        local.programs.iter().try_for_each(|program| say(format_args!("  {program}")))?;
        say("\nClients that may call it for a person, and where the sign-in sends them back to:\n")?;
        local.clients.iter().try_for_each(|client| say(format_args!("  {client}")))?;
    }
    say("\nStop with Ctrl-C.")?;
    let (delay, drain) = (settings.front_door.drain_delay.unsigned_abs(), settings.drain.unsigned_abs());
    let ending = Ending { draining: state.draining, live: state.live, delay, drain };
    if shutdown::serve(listener, router, signals, ending).await.map_err(CommandError::failed)? == Ended::AtOnce {
        return Err(CommandError::Failed("ended at once by a second stop signal".to_owned()));
    }
    if let Some(local) = local {
        local.shutdown().await;
    }
    Ok(())
}

/// The first person should not wait for what can be fetched beforehand.
fn warm_up(state: &AppState) {
    let identity = state.identity.clone();
    tokio::spawn(async move {
        if let Err(error) = identity.ready().await {
            tracing::warn!(%error, "the identity provider does not answer yet");
        }
    });
}
