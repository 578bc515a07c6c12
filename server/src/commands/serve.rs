//! `muster serve`.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use storage::RecordsOptions;
use tokio::net::TcpListener;

use super::CommandError;
use crate::assembly::{Assembly, assemble};
use crate::cli::Serve;
use crate::config::{Environment, Settings};
use crate::state::AppState;
use crate::{router, shutdown};

/// Serves until a stop signal.
pub(super) async fn run(environment: &Environment, serve: Serve) -> Result<(), CommandError> {
    let settings = Settings::read(environment)?;
    // Before anything is written: the address may be taken.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        let fix = "name another address, or end the program that has this one";
        CommandError::Failed(format!("MUSTER_LISTEN is `{}`, which cannot be used: {error}; {fix}", settings.listen))
    })?;
    let Assembly { state, local, .. } = assemble(&settings, &RecordsOptions::default(), serve.empty).await?;
    let router = router::build(state.clone(), &settings.public_url);
    warm_up(&state);
    let stop = shutdown::requested();
    println!("\nMuster is at {}", settings.public_url);
    if let Some(local) = &local {
        println!("Development sign-in is at {}. Accounts:\n", local.base_url());
        local.accounts.iter().for_each(|account| println!("  {account}"));
    }
    println!("\nStop with Ctrl-C.");
    let drain = settings.drain.unsigned_abs();
    serve_until_stopped(listener, router, stop, drain).await.map_err(CommandError::failed)?;
    if let Some(local) = local {
        local.shutdown().await;
    }
    Ok(())
}

/// Requests in flight get `drain` to finish; a connection that outlives it is cut.
async fn serve_until_stopped(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    drain: Duration,
) -> std::io::Result<()> {
    let stopping = Arc::new(tokio::sync::Notify::new());
    let told = stopping.clone();
    let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            stop.await;
            told.notify_one();
        });
    tokio::select! {
        ended = async { server.await } => ended,
        () = async { stopping.notified().await; tokio::time::sleep(drain).await; } => {
            tracing::warn!("requests were still running after {} s and are cut off", drain.as_secs());
            Ok(())
        }
    }
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
