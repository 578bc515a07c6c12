//! The development sign-in: `entra-local`, served by this process.

use std::net::SocketAddr;

use ::entra_local::{AppRegistration, Audience, Consent, EntraLocal, Running, Scenario, Secret, StartError, Tls};
use identity::{Authority, EntraAuthority, EntraTenant};
use secrecy::SecretString;
use services::ServiceError;
use storage::Records;
use url::Url;
use uuid::Uuid;

use crate::demo;
use crate::state::Provider;

/// The running stand-in.
pub struct Local {
    running: Running,
    /// One line for each account, for the person who typed `make run`.
    pub accounts: Vec<String>,
}

/// Why there is no development sign-in.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// It could not be served.
    #[error("the development sign-in did not start: {0}")]
    Start(#[from] StartError),
    /// The public URL cannot be extended by a path.
    #[error("the public URL: {0}")]
    Url(#[from] url::ParseError),
    /// The demonstration tenants could not be made.
    #[error("the demonstration data could not be written: {0}")]
    Seed(#[from] ServiceError),
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
    #[expect(clippy::disallowed_methods, reason = "a registration that lives as long as the process")]
    let (client_id, secret) = (Uuid::new_v4(), Uuid::new_v4().to_string());
    let scenario = Scenario::demo();
    demo::fill(&scenario, records, empty).await?;
    let accounts = demo::account_lines(&scenario);
    let scenario = scenario.with_app(AppRegistration {
        client_id,
        name: "Muster".to_owned(),
        client_secret: Secret::new(secret.clone()),
        redirect_uris: vec![public_url.join("auth/callback")?],
        post_logout_redirect_uris: vec![public_url.join("signed-out")?],
        front_channel_logout_uri: None,
        audience: Audience::Organizations,
        roles: demo::app_roles(),
        consent: Consent::Granted,
    });
    let running = EntraLocal::serve(scenario, address, Tls::Off).await?;
    let provider = Provider {
        authority: Authority::Entra(EntraAuthority {
            base: running.base_url.clone(),
            tenant: EntraTenant::Organizations,
            allowed_tenants: None,
        }),
        client_id: client_id.to_string(),
        client_secret: SecretString::from(secret),
        development: true,
    };
    Ok((provider, Local { running, accounts }))
}
