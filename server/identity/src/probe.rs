//! Asks the authority, before people do, whether the configuration fits it: for a command that an operator runs, not for
//! the way of a request. Nobody is signed in by it, no token is given out and nothing is kept.

mod clock_reading;
mod credential;
mod keys;
mod registration;
mod sent_back;

use http::{HeaderMap, header};

pub use clock_reading::ClockReading;
pub use credential::CredentialStanding;
pub use keys::KeysReading;
pub use registration::RegistrationStanding;

use crate::{
    clock::Clock,
    config::{FlowKind, IdentityConfig, Realm},
    discovery::ProviderMetadata,
    error::UpstreamError,
};

/// What the authority says. Whatever needs the metadata is `None` without them.
#[derive(Debug)]
pub struct AuthorityReport {
    /// The metadata of signing in, then those of every other flow that the authority is configured to have.
    pub metadata: Vec<MetadataReading>,
    /// The authority's clock beside ours, if it says the time.
    pub clock: Option<ClockReading>,
    /// The keys that ID tokens are checked with.
    pub keys: Option<Result<KeysReading, UpstreamError>>,
    /// Whether the authority knows the application and its redirect URI.
    pub registration: Option<RegistrationStanding>,
    /// Whether the authority takes the application's credential.
    pub credential: Option<CredentialStanding>,
}

/// One set of metadata.
#[derive(Debug)]
pub struct MetadataReading {
    /// Where it is.
    pub url: String,
    /// The issuer that it names, if it can be had and belongs to the configured authority.
    pub issuer: Result<String, UpstreamError>,
}

/// Asks for the metadata, the keys, a silent sign-in that cannot succeed, and a code that cannot be redeemed. `http` should
/// come from [`crate::http_client`].
pub async fn probe_authority(config: &IdentityConfig, http: &reqwest::Client, clock: &dyn Clock) -> AuthorityReport {
    let main = config.authority.main_realm();
    let (found, reading) = metadata(&main, config, http, clock).await;
    let mut report =
        AuthorityReport { metadata: Vec::new(), clock: reading, keys: None, registration: None, credential: None };
    if let Ok(metadata) = &found {
        report.keys = Some(keys::read(http, metadata).await);
        report.registration = Some(registration::ask(config, http, metadata).await);
        report.credential = Some(credential::ask(config, http, metadata, clock.now()).await);
    }
    report.metadata.push(reading_of(&main, found));
    for kind in [FlowKind::EditProfile, FlowKind::ResetPassword] {
        if let Some(realm) = config.authority.realm(kind, None) {
            let (found, _) = metadata(&realm, config, http, clock).await;
            report.metadata.push(reading_of(&realm, found));
        }
    }
    report
}

fn reading_of(realm: &Realm, found: Result<ProviderMetadata, UpstreamError>) -> MetadataReading {
    MetadataReading { url: realm.metadata_url(), issuer: found.map(|metadata| metadata.issuer) }
}

/// The metadata as signing in reads them, but for the look at the clock.
async fn metadata(
    realm: &Realm,
    config: &IdentityConfig,
    http: &reqwest::Client,
    clock: &dyn Clock,
) -> (Result<ProviderMetadata, UpstreamError>, Option<ClockReading>) {
    let app_id = config.custom_signing_keys.then_some(config.client_id.as_str());
    let asked = clock.now();
    let response = match ProviderMetadata::ask(http, realm, app_id).await {
        Ok(response) => response,
        Err(error) => return (Err(error), None),
    };
    let reading = date(response.headers()).and_then(|date| ClockReading::new(date, asked, clock.now()));
    (ProviderMetadata::read(&response, realm), reading)
}

fn date(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::DATE)?.to_str().ok()
}
